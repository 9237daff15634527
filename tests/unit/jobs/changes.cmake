# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(tst_changeengine SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_changeengine.cpp LINK gatehouse_jobs)
