# SPDX-License-Identifier: GPL-3.0-or-later
foreach(test expression routing routingcondition routingdraft routinglint routingfragment replay replaycauses)
    gatehouse_test(tst_${test} SOURCES tst_${test}.cpp LINK gatehouse_gateway)
endforeach()
