# Warnings are errors for centavo's own tests and examples, never for those who use it: this target is not exported.
add_library(centavo_warnings INTERFACE)
target_compile_options(centavo_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Werror)
# g++ 12 at -O3 takes some inlined std::string copies for overlapping ones: GCC bug 105329. With
# sanitizers it takes an empty std::optional for an uninitialized one: GCC bug 80635.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(centavo_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
