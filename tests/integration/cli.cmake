# SPDX-License-Identifier: GPL-3.0-or-later
if(TARGET gatehouse-cli)
    gatehouse_test(tst_cli SOURCES tst_cli.cpp)
    add_dependencies(tst_cli gatehouse-cli gatehouse-local)
endif()
