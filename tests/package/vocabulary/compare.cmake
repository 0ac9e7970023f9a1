# Two translation units with the vocabulary make a program of the same size, within a tenth of the vocabulary.
file(SIZE ${one} size_one)
file(SIZE ${two} size_two)
math(EXPR more "${size_two} - ${size_one}")
message(STATUS "one unit ${size_one} bytes, two units ${more} more")
if(more GREATER 120000)
    message(FATAL_ERROR "the second translation unit holds the vocabulary again")
endif()
