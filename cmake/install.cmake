include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/centavo)

# One export a target: who does not use centavo::json needs no nlohmann_json. The databases' adapters are not
# exported: an installed centavo does not know where its consumer's database library is.
set(exported centavo)
if(TARGET centavo_json)
    list(APPEND exported centavo_json)
endif()
foreach(target IN LISTS exported)
    install(TARGETS ${target} EXPORT ${target} FILE_SET HEADERS FILE_SET details)
    install(EXPORT ${target} NAMESPACE centavo:: FILE ${target}-targets.cmake DESTINATION ${package_dir})
endforeach()

# While 0.x, a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/centavo-config-version.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/centavo-config.cmake ${PROJECT_BINARY_DIR}/centavo-config-version.cmake
    DESTINATION ${package_dir})
