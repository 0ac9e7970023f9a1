include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/centavo)
install(TARGETS centavo EXPORT centavo_targets FILE_SET HEADERS)
install(EXPORT centavo_targets NAMESPACE centavo:: FILE centavo-targets.cmake DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/centavo-config-version.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES cmake/centavo-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/centavo-config-version.cmake
    DESTINATION ${package_dir})
