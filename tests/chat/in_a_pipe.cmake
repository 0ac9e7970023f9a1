# Two questions within the budget, then a chat whose budget is spent during the first response, then one without budget.
foreach(name IN ITEMS OPENAI_BASE_URL OPENAI_API_KEY ANTHROPIC_BASE_URL ANTHROPIC_API_KEY)
    unset(ENV{${name}})
endforeach()
file(WRITE ${work}/questions "When does a stream budget stop the stream?\nWhat is paid for before the first token?\n")

function(talk max_cost expected)
    execute_process(COMMAND ${chat} --max-cost ${max_cost} INPUT_FILE ${work}/questions
        OUTPUT_VARIABLE said ERROR_VARIABLE complaint RESULT_VARIABLE status)
    if(NOT status EQUAL 0 OR NOT said MATCHES "${expected}")
        message(FATAL_ERROR "chat --max-cost ${max_cost}: status ${status}, said\n${said}\n${complaint}\nnot: ${expected}")
    endif()
endfunction()

talk(0.01 "\\$0[.][0-9]+  A stream budget counts every token.*reported: [0-9]+ tokens in.*> What is paid for.*of \\$0[.]010000 spent\\]\n$")
talk(0.00002 "tokens in, [0-9]+ out; .*\\[stopped: the budget of --max-cost is spent\\]\n$")
talk(0.000001 "\\$0[.]000000 of \\$0[.]000001 spent\\]\n\\[stopped: the budget of --max-cost is spent\\]\n$")
