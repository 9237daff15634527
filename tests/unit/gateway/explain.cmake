# SPDX-License-Identifier: GPL-3.0-or-later
gatehouse_test(tst_circuitwitness SOURCES tst_circuitwitness.cpp LINK gatehouse_gateway)
