# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(tst_merge SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_merge.cpp LINK gatehouse_gateway)
