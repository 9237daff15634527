# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(tst_health SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_health.cpp LINK gatehouse_gateway)
