# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the questions and the services that ask them; included by tests/unit/jobs/CMakeLists.txt.
set(questions ${CMAKE_CURRENT_LIST_DIR})
gatehouse_test(tst_question SOURCES ${questions}/tst_question.cpp LINK gatehouse_jobs gatehouse_kql)
gatehouse_test(tst_questionsonrows
    SOURCES ${questions}/tst_questionsonrows.cpp ${questions}/memorycatalog.cpp ${questions}/scriptedworkspace.h
    LINK gatehouse_jobs gatehouse_kql)
gatehouse_test(tst_usagequestions SOURCES ${questions}/tst_usagequestions.cpp ${questions}/scriptedworkspace.h
    LINK gatehouse_jobs)
gatehouse_test(tst_healthquestions SOURCES ${questions}/tst_healthquestions.cpp ${questions}/scriptedworkspace.h
    LINK gatehouse_jobs)
gatehouse_test(tst_apimkeys SOURCES ${questions}/tst_apimkeys.cpp ${questions}/scriptedworkspace.h
    LINK gatehouse_jobs)
gatehouse_test(tst_armposture SOURCES ${questions}/tst_armposture.cpp LINK gatehouse_jobs)
gatehouse_test(tst_changeeffectquestions
    SOURCES ${questions}/tst_changeeffectquestions.cpp ${questions}/memorycatalog.cpp ${questions}/scriptedworkspace.h
    LINK gatehouse_jobs gatehouse_kql)
gatehouse_test(tst_quotaboard SOURCES ${questions}/tst_quotaboard.cpp ${questions}/memorycatalog.cpp
    ${questions}/scriptedworkspace.h LINK gatehouse_jobs gatehouse_kql)
gatehouse_test(tst_keycallers SOURCES ${questions}/tst_keycallers.cpp LINK gatehouse_jobs gatehouse_kql)
foreach(test tst_costledger tst_ledgerreading)
    gatehouse_test(${test} SOURCES ${questions}/${test}.cpp ${questions}/ledgerrig.h ${questions}/memorycatalog.cpp
        ${questions}/scriptedworkspace.h LINK gatehouse_jobs gatehouse_kql)
endforeach()
gatehouse_test(tst_costrows SOURCES ${questions}/tst_costrows.cpp LINK gatehouse_jobs)
