# centavo::json, centavo::sqlite and centavo::redis: the headers include/centavo/adapters/<name>*.hpp with the library
# that they speak to. Each exists where its library is found, or was made a target by the project around us; only as a
# project of its own does centavo fetch nlohmann_json, so that nobody who vendors it waits for what he does not use.
function(centavo_adapter_headers folder result)
    set(found ${CENTAVO_HEADERS})
    list(FILTER found INCLUDE REGEX "/centavo/${folder}/")
    set(${result} ${found} PARENT_SCOPE)
endfunction()

function(centavo_adapter name folder library)
    centavo_adapter_headers(${folder} found)
    add_library(centavo_${name} INTERFACE)
    add_library(centavo::${name} ALIAS centavo_${name})
    set_target_properties(centavo_${name} PROPERTIES EXPORT_NAME ${name})
    target_link_libraries(centavo_${name} INTERFACE centavo ${library})
    target_sources(centavo_${name} INTERFACE FILE_SET HEADERS BASE_DIRS include FILES ${found})
    file(GLOB details CONFIGURE_DEPENDS include/centavo/${folder}/detail/*.hpp)
    target_sources(centavo_${name} INTERFACE FILE_SET details TYPE HEADERS BASE_DIRS include FILES ${details})
    set_target_properties(centavo_${name} PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
endfunction()

if(PROJECT_IS_TOP_LEVEL)
    include(FetchContent)
    set(JSON_BuildTests OFF)
    set(JSON_Install ${CENTAVO_INSTALL}) # what our export names has to be installed too
    FetchContent_Declare(nlohmann_json
        URL https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
        URL_HASH SHA256=d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d
        SYSTEM
        FIND_PACKAGE_ARGS 3.11)
    FetchContent_MakeAvailable(nlohmann_json)
elseif(NOT TARGET nlohmann_json::nlohmann_json)
    find_package(nlohmann_json 3.11 QUIET)
endif()
if(TARGET nlohmann_json::nlohmann_json)
    centavo_adapter(json nlohmann nlohmann_json::nlohmann_json)
endif()

centavo_adapter_headers(sqlite sqlite_headers)
if(sqlite_headers)
    find_package(SQLite3 QUIET)
    if(SQLite3_FOUND)
        centavo_adapter(sqlite sqlite SQLite::SQLite3)
    endif()
endif()

centavo_adapter_headers(redis redis_headers)
if(redis_headers)
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
        pkg_check_modules(hiredis QUIET IMPORTED_TARGET hiredis)
    endif()
    if(hiredis_FOUND)
        centavo_adapter(redis redis PkgConfig::hiredis)
    endif()
endif()
