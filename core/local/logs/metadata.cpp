// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/metadata.h"

#include "core/base/json.h"
#include "core/local/logs/logstore.h"

namespace gatehouse::local {

namespace {

Json columnsOf(const kql::TableSource& table)
{
    Json columns = Json::array();
    for (const kql::SchemaColumn& column : table.schema())
        columns.push_back({{"name", column.name}, {"type", toString(column.type)}});
    return columns;
}

} // namespace

std::string metadataJson(const LogStore& logs)
{
    const WorkspaceIdentity& identity = logs.identity();
    Json tables = Json::array();
    Json names = Json::array();
    for (const TableSpec& spec : tableSpecs()) {
        const std::string name(spec.name);
        names.push_back(name);
        tables.push_back({{"id", name},
                          {"name", name},
                          {"timespanColumn", "TimeGenerated"},
                          {"labels", Json::array({spec.category})},
                          {"columns", columnsOf(*logs.find(name))},
                          {"related", {{"workspaces", Json::array({identity.workspaceId})}}}});
    }
    return dumpJson(Json{{"tables", std::move(tables)},
                         {"functions", Json::array()},
                         {"workspaces", Json::array({{{"id", identity.workspaceId},
                                                      {"resourceId", identity.workspaceResourceId},
                                                      {"name", identity.workspaceName},
                                                      {"region", identity.region},
                                                      {"related", {{"tables", std::move(names)}}}}})}});
}

} // namespace gatehouse::local
