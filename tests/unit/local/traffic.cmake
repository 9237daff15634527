# SPDX-License-Identifier: GPL-3.0-or-later
# The store, the logs, the gateway, the upstreams and the sample.
foreach(name tst_logstore tst_logroutes tst_modelrequest tst_gateway tst_gatewaystreams tst_gatewaypolicies tst_upstream tst_sample
        tst_savedqueries tst_circuithistories)
        tst_explain)
    gatehouse_test(${name} SOURCES ${name}.cpp LINK gatehouse_local HTTP)
endforeach()
