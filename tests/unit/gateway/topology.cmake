# SPDX-License-Identifier: GPL-3.0-or-later
foreach(test drain pooledit breakeredit)
    gatehouse_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp LINK gatehouse_gateway)
endforeach()
