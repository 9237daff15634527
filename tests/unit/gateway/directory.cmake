# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(tst_servicedirectory SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_servicedirectory.cpp LINK gatehouse_gateway)
