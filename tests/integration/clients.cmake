# SPDX-License-Identifier: GPL-3.0-or-later
if(GATEHOUSE_QT)
    gatehouse_test(clients_session SOURCES ${CMAKE_CURRENT_LIST_DIR}/clients_session.cpp LINK gatehouse_session HTTP)
endif()
