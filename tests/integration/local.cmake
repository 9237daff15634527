# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(local_process SOURCES ${CMAKE_CURRENT_LIST_DIR}/local_process.cpp
    LINK gatehouse_base PkgConfig::HTTPLIB OpenSSL::SSL OpenSSL::Crypto HTTP)
add_dependencies(local_process gatehouse-local)
