include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/centavo)

install(DIRECTORY include/centavo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*.ipp")
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

# The adapters are targets of the configuration file, which finds their libraries again on the consumer's machine.
install(TARGETS centavo centavo_headers EXPORT centavo)
install(EXPORT centavo NAMESPACE centavo:: FILE centavo-targets.cmake DESTINATION ${package_dir})

# While 0.x, a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/centavo-config-version.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES cmake/centavo-config.cmake cmake/compiled.cmake ${PROJECT_BINARY_DIR}/centavo-config-version.cmake
    DESTINATION ${package_dir})

configure_file(cmake/centavo.pc.in ${PROJECT_BINARY_DIR}/centavo.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/centavo.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
