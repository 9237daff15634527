# SPDX-License-Identifier: GPL-3.0-or-later
# From an uploaded file's bytes to its chunks. The programs start gatehouse-extract.
find_package(ZLIB REQUIRED)
foreach(name tst_archives tst_badpdfs tst_chunker tst_extractor tst_multipart)
    gatehouse_test(${name} SOURCES ${name}.cpp LINK gatehouse_local ZLIB::ZLIB HTTP)
    add_dependencies(${name} gatehouse-extract)
    target_compile_definitions(${name} PRIVATE DOCUMENT_DIR="${CMAKE_SOURCE_DIR}/resources/documents")
endforeach()
