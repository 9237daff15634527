# SPDX-License-Identifier: GPL-3.0-or-later
foreach(test policydocument policyedits policylimits policyrefusals quotabyhand quotasheet)
    gatehouse_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp LINK gatehouse_gateway)
endforeach()
