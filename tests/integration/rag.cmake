# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(tst_rag SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_rag.cpp
    LINK gatehouse_base PkgConfig::HTTPLIB OpenSSL::SSL OpenSSL::Crypto HTTP)
add_dependencies(tst_rag gatehouse-local gatehouse-extract)
if(GATEHOUSE_QT)
    gatehouse_test(tst_ragbackend SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_ragbackend.cpp LINK gatehouse_jobs)
    target_compile_definitions(tst_ragbackend PRIVATE RAG_BACKEND="${CMAKE_SOURCE_DIR}/tests/interop/rag/backend.py")
endif()
