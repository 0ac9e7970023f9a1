# Runs `program` and compares what it prints with the file `printed`.
execute_process(COMMAND ${program} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
file(READ ${printed} expected)
if(NOT output STREQUAL expected)
    message(FATAL_ERROR "it prints\n${output}instead of\n${expected}")
endif()
