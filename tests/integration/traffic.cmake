# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(tst_outage SOURCES tst_outage.cpp LINK gatehouse_local HTTP)
gatehouse_test(tst_kill SOURCES tst_kill.cpp LINK gatehouse_base PkgConfig::HTTPLIB OpenSSL::SSL OpenSSL::Crypto HTTP)
add_dependencies(tst_kill gatehouse-local)
add_test(NAME tst_kill_200 COMMAND tst_kill)
set_tests_properties(tst_kill_200 PROPERTIES LABELS long TIMEOUT 1800 RUN_SERIAL ON
    ENVIRONMENT "GATEHOUSE_KILLS=200;QTEST_FUNCTION_TIMEOUT=1800000;TZ=UTC")
