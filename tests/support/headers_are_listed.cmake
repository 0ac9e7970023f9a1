# Every public header is listed in cmake/headers.cmake, in sorted order: only headers listed there are verified and
# installed.
include(${root}/cmake/headers.cmake)
file(GLOB_RECURSE found RELATIVE ${root} ${root}/include/*.hpp)
list(FILTER found EXCLUDE REGEX "/detail/")
list(SORT found)
if(NOT found STREQUAL CENTAVO_HEADERS)
    list(JOIN found "\n    " lines)
    message(FATAL_ERROR "cmake/headers.cmake should read\nset(CENTAVO_HEADERS\n    ${lines}\n)")
endif()
