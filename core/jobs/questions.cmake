# SPDX-License-Identifier: GPL-3.0-or-later
# The services that ask the questions of resources/kql; included by core/jobs/CMakeLists.txt.
target_sources(gatehouse_jobs PRIVATE
    ${CMAKE_CURRENT_LIST_DIR}/apimrouting.cpp
    ${CMAKE_CURRENT_LIST_DIR}/explain/apimsetups.cpp ${CMAKE_CURRENT_LIST_DIR}/explain/explainquestions.cpp ${CMAKE_CURRENT_LIST_DIR}/explain/setuphistory.cpp
    ${CMAKE_CURRENT_LIST_DIR}/changeeffectquestions.cpp
    ${CMAKE_CURRENT_LIST_DIR}/explain/draftchanges.cpp
    ${CMAKE_CURRENT_LIST_DIR}/cost/costanalysis.cpp ${CMAKE_CURRENT_LIST_DIR}/cost/costbooks.cpp ${CMAKE_CURRENT_LIST_DIR}/cost/costnotes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/cost/costreport.cpp ${CMAKE_CURRENT_LIST_DIR}/cost/costreporttables.cpp ${CMAKE_CURRENT_LIST_DIR}/cost/costrows.cpp ${CMAKE_CURRENT_LIST_DIR}/cost/costview.cpp
    ${CMAKE_CURRENT_LIST_DIR}/cost/reading.cpp ${CMAKE_CURRENT_LIST_DIR}/costledger.cpp
    ${CMAKE_CURRENT_LIST_DIR}/healthquestions.cpp
    ${CMAKE_CURRENT_LIST_DIR}/question.cpp
    ${CMAKE_CURRENT_LIST_DIR}/quotaboardquestions.cpp
    ${CMAKE_CURRENT_LIST_DIR}/quotadrafts.cpp
    ${CMAKE_CURRENT_LIST_DIR}/quotarehearsal.cpp
    ${CMAKE_CURRENT_LIST_DIR}/quotarows.cpp
    ${CMAKE_CURRENT_LIST_DIR}/usagequestions.cpp
    ${CMAKE_SOURCE_DIR}/resources/kql/kql.qrc)
set_target_properties(gatehouse_jobs PROPERTIES AUTORCC ON)
target_link_libraries(gatehouse_jobs PUBLIC gatehouse_gateway gatehouse_reportvalue gatehouse_usage gatehouse_usagestore PRIVATE Qt6::Concurrent)
