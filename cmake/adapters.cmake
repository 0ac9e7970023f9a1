# centavo::json, centavo::sqlite and centavo::redis: adapters to third-party libraries. Each target exists where its
# library is found or is already a target of the surrounding project. Only as the top-level project does centavo fetch
# nlohmann_json.
set(CENTAVO_ADAPTERS json sqlite redis)
set(CENTAVO_ADAPTER_FOLDERS nlohmann sqlite redis)

function(centavo_adapter name library)
    add_library(centavo_${name} INTERFACE)
    add_library(centavo::${name} ALIAS centavo_${name})
    set_target_properties(centavo_${name} PROPERTIES EXPORT_NAME ${name})
    target_link_libraries(centavo_${name} INTERFACE centavo_headers ${library})
endfunction()

if(PROJECT_IS_TOP_LEVEL AND CMAKE_VERSION VERSION_GREATER_EQUAL 3.25) # SYSTEM needs 3.25
    include(FetchContent)
    cmake_policy(SET CMP0135 NEW)
    set(JSON_BuildTests OFF)
    set(JSON_Install ${CENTAVO_INSTALL})
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
    centavo_adapter(json nlohmann_json::nlohmann_json)
endif()

find_package(SQLite3 QUIET)
if(SQLite3_FOUND)
    centavo_adapter(sqlite SQLite::SQLite3)
endif()

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(hiredis QUIET IMPORTED_TARGET hiredis)
endif()
if(TARGET PkgConfig::hiredis)
    centavo_adapter(redis PkgConfig::hiredis)
endif()
