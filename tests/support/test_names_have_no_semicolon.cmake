# Catch2 v2's discovery splits the name of a test case at a semicolon and then runs neither part.
file(GLOB_RECURSE sources RELATIVE ${root} ${root}/tests/*.cpp)
foreach(source IN LISTS sources)
    file(STRINGS ${root}/${source} split REGEX "TEST_CASE[(]\"[^\"]*;" LIMIT_COUNT 1)
    if(split)
        message(SEND_ERROR "${source}: a semicolon in the name of a test case: ${split}")
    endif()
endforeach()
