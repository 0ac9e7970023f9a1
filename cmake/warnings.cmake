# Warnings are errors for centavo's own tests and examples, never for those who use it: this target is not exported.
add_library(centavo_warnings INTERFACE)
target_compile_options(centavo_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Werror)
