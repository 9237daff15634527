# SPDX-License-Identifier: GPL-3.0-or-later
# The server, identity and ARM.
foreach(name tst_requesthead tst_router tst_httpserver tst_signin tst_authorize tst_tokens tst_resourcestore
        tst_armresources tst_armentities tst_armaccounts tst_armqueries tst_directorylock)
    gatehouse_test(${name} SOURCES ${name}.cpp LINK gatehouse_local HTTP)
endforeach()
