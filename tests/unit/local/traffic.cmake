# SPDX-License-Identifier: GPL-3.0-or-later
# The store, the logs, the gateway, the upstreams and the sample.
foreach(name tst_logstore tst_logroutes tst_modelrequest tst_gateway tst_gatewaystreams tst_gatewaypolicies tst_upstream tst_sample
        tst_savedqueries tst_circuithistories tst_explain tst_gatewaycircuits tst_gatewaylimits tst_identityreplay
        tst_gatewaysections tst_tokenpolicies tst_keyredactor tst_counterstore)
    gatehouse_test(${name} SOURCES ${name}.cpp LINK gatehouse_local HTTP)
endforeach()
# The same with 10,000 decisions.
add_test(NAME tst_explain_long COMMAND tst_explain everyClaimIsTrue)
set_tests_properties(tst_explain_long PROPERTIES LABELS long TIMEOUT 600 ENVIRONMENT "QT_QPA_PLATFORM=offscreen;TZ=UTC;LONG=1")
if(TARGET gatehouse_jobs)
    gatehouse_test(tst_explainquestions
        SOURCES tst_explainquestions.cpp ${CMAKE_SOURCE_DIR}/tests/unit/jobs/scriptedworkspace.h
        LINK gatehouse_local gatehouse_jobs gatehouse_kql HTTP)
endif()
# A hundred times as many worlds as each commit has.
add_test(NAME tst_identityreplay_long COMMAND tst_identityreplay aPolicyThatChangesIsReplayedByTheVersionOfItsTime)
set_tests_properties(tst_identityreplay_long PROPERTIES LABELS long TIMEOUT 900
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;TZ=UTC;LONG=1")
