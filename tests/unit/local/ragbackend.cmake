# SPDX-License-Identifier: GPL-3.0-or-later
# The RAG backend and the simulated model that answers for it.
foreach(name tst_ragparts tst_ragservice tst_grounded)
    gatehouse_test(${name} SOURCES ${name}.cpp LINK gatehouse_local HTTP)
endforeach()
add_dependencies(tst_grounded gatehouse-extract)
