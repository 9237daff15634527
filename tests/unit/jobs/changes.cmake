# SPDX-License-Identifier: GPL-3.0-or-later
foreach(test changeconflicts changedeaths changeengine changehistories)
    gatehouse_test(tst_${test}
        SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp ${CMAKE_CURRENT_LIST_DIR}/changeworld.h LINK gatehouse_jobs)
endforeach()
