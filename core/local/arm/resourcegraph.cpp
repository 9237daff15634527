// SPDX-License-Identifier: GPL-3.0-or-later
// Azure Resource Graph (contracts §7): the resources as a table, asked with the same KQL engine as the logs.
// What the engine does not have is refused by it, with the name and the place.
#include "core/base/encoding.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/render.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/arm/tablejson.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::int64_t MaxTop = 1'000;

constexpr std::array<const char*, 8> TextColumns = {"id",       "name",          "type",           "tenantId",
                                                    "location", "resourceGroup", "subscriptionId", "kind"};
constexpr std::array<const char*, 4> DynamicColumns = {"sku", "tags", "identity", "properties"};

std::vector<kql::SchemaColumn> graphSchema()
{
    std::vector<kql::SchemaColumn> schema;
    for (const char* name : TextColumns)
        schema.push_back({name, ColumnType::String});
    for (const char* name : DynamicColumns)
        schema.push_back({name, ColumnType::Dynamic});
    return schema;
}

/// One row for each object that has the columns' members.
class GraphTable final : public kql::TableSource
{
public:
    explicit GraphTable(const std::vector<Json>& rows)
        : m_schema(graphSchema())
        , m_table(std::make_shared<Table>("resources"))
    {
        for (const kql::SchemaColumn& column : m_schema) {
            Column& values = m_table->addColumn(column.name, column.type);
            for (const Json& row : rows)
                append(values, memberAt(row, column.name));
        }
    }

    const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
    std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                   std::span<const std::string>) const override
    {
        return {m_table};
    }

private:
    static void append(Column& column, const Json& value)
    {
        if (column.type() == ColumnType::String)
            column.appendText(value.is_string() ? value.get_ref<const std::string&>() : std::string());
        else if (value.is_null())
            column.appendNull();
        else
            column.appendText(dumpJson(value));
    }

    std::vector<kql::SchemaColumn> m_schema;
    std::shared_ptr<Table> m_table;
};

/// resources and resourcecontainers, in any case, as Resource Graph takes them.
class GraphCatalog final : public kql::Catalog
{
public:
    GraphCatalog(const std::vector<Json>& resources, const std::vector<Json>& containers)
        : m_resources(std::make_shared<GraphTable>(resources))
        , m_containers(std::make_shared<GraphTable>(containers))
    {}

    std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        if (equalsIgnoreCase(name, "resources"))
            return m_resources;
        return equalsIgnoreCase(name, "resourcecontainers") ? m_containers : nullptr;
    }
    std::vector<std::string> tableNames() const override { return {"resources", "resourcecontainers"}; }

private:
    std::shared_ptr<const kql::TableSource> m_resources;
    std::shared_ptr<const kql::TableSource> m_containers;
};

Json rowOf(Json body)
{
    body["type"] = toLower(textAt(body, "type"));
    body["tenantId"] = seed::TenantId;
    body["subscriptionId"] = seed::SubscriptionId;
    body["resourceGroup"] = toLower(seed::ResourceGroup);
    return body;
}

GraphCatalog catalogOf(const ArmContext& context, bool empty)
{
    std::vector<Json> resources;
    std::vector<Json> containers;
    if (!empty) {
        for (const ResourcePtr& resource : context.resources.all()) {
            if (isTopLevel(*resource))
                resources.push_back(rowOf(renderResource(*resource, context.origin)));
        }
        containers.push_back(rowOf({{"id", "/subscriptions/" + std::string(seed::SubscriptionId)},
                                    {"name", seed::SubscriptionName},
                                    {"type", "microsoft.resources/subscriptions"}}));
        containers.push_back(rowOf({{"id", resourceGroupId()},
                                    {"name", seed::ResourceGroup},
                                    {"location", seed::Location},
                                    {"type", "microsoft.resources/subscriptions/resourcegroups"}}));
    }
    return {resources, containers};
}

/// Whether the scope leaves our one subscription out. No scope is everything that the caller can read.
bool excludesUs(const Json& request)
{
    const Json& subscriptions = memberAt(request, "subscriptions");
    if (!subscriptions.is_array() || subscriptions.empty())
        return false;
    return std::none_of(subscriptions.begin(), subscriptions.end(), [](const Json& id) {
        return id.is_string() && equalsIgnoreCase(id.get_ref<const std::string&>(), seed::SubscriptionId);
    });
}

std::string_view graphTypeOf(ColumnType type)
{
    switch (type) {
    case ColumnType::Bool:
        return "boolean";
    case ColumnType::Int:
    case ColumnType::Long:
        return "integer";
    case ColumnType::Real:
        return "number";
    case ColumnType::DateTime:
        return "datetime";
    case ColumnType::Dynamic:
        return "object";
    default:
        return "string";
    }
}

struct Page
{
    std::size_t start = 0;
    std::size_t end = 0;
};

Json objectRows(const Table& table, Page page)
{
    Json rows = Json::array();
    for (std::size_t row = page.start; row < page.end; ++row) {
        Json object = Json::object();
        for (const Column& column : table.columns())
            object[column.name()] = jsonAt(column, row);
        rows.push_back(std::move(object));
    }
    return rows;
}

Json tableRows(const Table& table, Page page)
{
    Json columns = Json::array();
    for (const Column& column : table.columns())
        columns.push_back({{"name", column.name()}, {"type", graphTypeOf(column.type())}});
    Json rows = Json::array();
    for (std::size_t row = page.start; row < page.end; ++row) {
        Json values = Json::array();
        for (const Column& column : table.columns())
            values.push_back(jsonAt(column, row));
        rows.push_back(std::move(values));
    }
    return {{"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

/// The skip token is the next row's number, sealed in nothing: it means something only with the same query.
std::size_t rowOfToken(const std::string& token)
{
    const std::string text = fromBase64(token).value_or("");
    return text.substr(0, 4) == "row:" ? static_cast<std::size_t>(integerAt({{"row", text.substr(4)}}, "row"))
                                       : 0;
}

void refuseQuery(ArmCall& call, const Error& error)
{
    const bool theirs = error.kind == Error::Kind::InvalidInput;
    std::string message = error.message;
    if (error.position)
        message += " (line " + std::to_string(error.position->line) + ", column " +
                   std::to_string(error.position->column) + ")";
    answerArmError(call.exchange.response, theirs ? 400 : 500, theirs ? "BadRequest" : "InternalServerError",
                   theirs ? "The query is invalid." : error.message,
                   {{error.serviceCode.empty() ? "InvalidQuery" : error.serviceCode, message, ""}});
}

void answerGraph(ArmCall& call)
{
    const Result<Json> request = parseJson(call.exchange.request.body);
    const std::string query = request ? textAt(*request, "query") : std::string();
    if (query.empty())
        return answerArmError(call.exchange.response, 400, "BadRequest",
                              "The body must be JSON with a query.");
    const Json& options = memberAt(*request, "options");
    const std::int64_t top = integerAt(options, "$top", MaxTop);
    const std::int64_t skip = integerAt(options, "$skip", 0);
    if (top < 1 || top > MaxTop || skip < 0)
        return answerArmError(call.exchange.response, 400, "BadRequest",
                              "The option $top must be 1 to 1000, and $skip at least 0.");
    if (const Json& facets = memberAt(*request, "facets"); facets.is_array() && !facets.empty())
        return answerArmError(call.exchange.response, 400, "BadRequest",
                              "There are no facets on this computer. Summarize in a query of its own.");
    const GraphCatalog catalog = catalogOf(call.context, excludesUs(*request));
    kql::QueryOptions run;
    run.now = call.context.clock.now();
    const Result<kql::Execution> done = kql::execute(query, catalog, run);
    if (!done)
        return refuseQuery(call, done.error());
    const Table& table = done->answer.primary();
    const std::string token = textAt(options, "$skipToken");
    Page page;
    page.start =
        std::min(table.rowCount(), token.empty() ? static_cast<std::size_t>(skip) : rowOfToken(token));
    page.end = std::min(table.rowCount(), page.start + static_cast<std::size_t>(top));
    const bool asTable = equalsIgnoreCase(textAt(options, "resultFormat"), "table");
    Json body = {{"totalRecords", table.rowCount()},
                 {"count", page.end - page.start},
                 {"facets", Json::array()},
                 {"resultTruncated", "false"},
                 {"data", asTable ? tableRows(table, page) : objectRows(table, page)}};
    // Without the id in the projection Azure cannot page either.
    if (page.end < table.rowCount() && table.find("id") != nullptr)
        body["$skipToken"] = toBase64("row:" + std::to_string(page.end));
    answerArm(call, 200, body);
    call.exchange.response.set_header("x-ms-user-quota-remaining", "14");
    call.exchange.response.set_header("x-ms-user-quota-resets-after", "00:00:05");
}

} // namespace

void addResourceGraphRoutes(Router& router, const ArmContext& context)
{
    addArmRoute(router, context, "POST", "/providers/Microsoft.ResourceGraph/resources", answerGraph);
}

} // namespace gatehouse::local
