# SPDX-License-Identifier: GPL-3.0-or-later
if(TARGET gatehouse_jobs)
    gatehouse_test(tst_changekill SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_changekill.cpp LINK gatehouse_jobs LABELS long)
endif()
if(TARGET gatehouse_console)
    gatehouse_test(tst_windowchange SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_windowchange.cpp LINK gatehouse_console GUI)
endif()
