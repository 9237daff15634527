// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::test {

/// One request as the two gateway tables show it; the defaults are a measured success.
struct LoggedCall
{
    DateTime time;
    std::string id;
    std::string service = "billing";
    std::string backend = "east";
    std::optional<int> status = 200;
    std::int64_t totalMs = 100;
    std::string tokenSource = {}; ///< x-gh-token-source; "" for a gateway that does not say
    /// The header row of the LLM log; without it the table has no row of the call.
    struct Usage
    {
        std::string deployment = "gpt-4o";
        std::string model = "gpt-4o-2024-11-20";
        std::optional<int> prompt = 10;
        std::optional<int> completion = 5;
        std::optional<int> total = 15;
        bool stream = false;
    };
    std::optional<Usage> usage = Usage();
    int messageRows = 0; ///< chunk rows without a deployment, which carry no tokens of their own
    std::string requestHeaders = "{}";
    std::string url = {};
    int repeatedRows = 0; ///< header rows a second before, with other figures: the newest counts
};

struct LoggedDependency
{
    DateTime time;
    std::string target = "east";
    std::string resultCode = "200";
    double durationMs = 50;
    std::optional<int> itemCount = 1;
};

/// A workspace in memory, with the columns that the questions read.
class MemoryCatalog final : public kql::Catalog
{
public:
    MemoryCatalog();

    void addCall(const LoggedCall& call);
    void addAttempt(const LoggedDependency& dependency);
    void remove(const std::string& table) { m_tables.erase(table); }

    [[nodiscard]] std::shared_ptr<const kql::TableSource> find(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string> tableNames() const override;

private:
    Table& create(const std::string& name, const std::vector<kql::SchemaColumn>& columns);

    std::map<std::string, std::shared_ptr<Table>, std::less<>> m_tables;
};

} // namespace gatehouse::test
