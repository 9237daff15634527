// SPDX-License-Identifier: GPL-3.0-or-later
// The question key-callers, run by the query engine over rows whose answer a plain loop knows too.
#include "tests/support/testmain.h"

#include "core/jobs/question.h"
#include "core/kql/engine.h"
#include "tests/support/seed.h"

#include <array>
#include <map>
#include <random>
#include <set>

using namespace gatehouse;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 1) + Ticks(std::chrono::hours(12));

/// The gateway's log alone, with the columns that the question reads.
class LogCatalog final : public kql::Catalog
{
public:
    LogCatalog()
    {
        m_table->addColumn("TimeGenerated", ColumnType::DateTime);
        m_table->addColumn("ApimSubscriptionId", ColumnType::String);
        m_table->addColumn("RequestHeaders", ColumnType::Dynamic);
        m_table->addColumn("CallerIpAddress", ColumnType::String);
    }

    void add(DateTime time, const std::string& service, const std::string& headers,
             const std::string& address)
    {
        m_table->column(0).appendInteger(time.sinceYearOne.count());
        m_table->column(1).appendText(service);
        if (headers.empty())
            m_table->column(2).appendNull();
        else
            m_table->column(2).appendText(headers);
        m_table->column(3).appendText(address);
    }

    std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        return name == "ApiManagementGatewayLogs" ? std::make_shared<Source>(m_table) : nullptr;
    }
    std::vector<std::string> tableNames() const override { return {"ApiManagementGatewayLogs"}; }

private:
    class Source final : public kql::TableSource
    {
    public:
        explicit Source(std::shared_ptr<const Table> table)
            : m_table(std::move(table))
        {
            for (const Column& column : m_table->columns())
                m_schema.push_back({column.name(), column.type()});
        }
        const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
        std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                       std::span<const std::string>) const override
        {
            return {m_table};
        }

    private:
        std::shared_ptr<const Table> m_table;
        std::vector<kql::SchemaColumn> m_schema;
    };

    std::shared_ptr<Table> m_table = std::make_shared<Table>("PrimaryResult");
};

struct Seen
{
    std::int64_t calls = 0;
    std::set<std::string> addresses;
    DateTime last;
};
using Callers = std::map<std::array<std::string, 3>, Seen>;

Result<Table> ask(const LogCatalog& catalog)
{
    jobs::Question question({"key-callers"});
    question.with("scanStart", jobs::Literal::moment(Noon - Ticks(std::chrono::hours(24))))
        .with("scanEnd", jobs::Literal::moment(Noon));
    const auto kql = question.kql();
    if (!kql)
        return fail(kql.error());
    kql::QueryOptions options;
    options.now = Noon;
    auto execution = kql::execute(*kql, catalog, options);
    if (!execution)
        return fail(execution.error());
    return execution->answer.primary();
}

} // namespace

class TestKeyCallers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void callersAreCountedByNameAndAgent();
    void anEmptyLogHasNoCallers();
};

void TestKeyCallers::callersAreCountedByNameAndAgent()
{
    std::mt19937_64 random(test::seed());
    const auto draw = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
    LogCatalog catalog;
    Callers wanted;
    for (int i = 0; i < 2'000; ++i) {
        const DateTime time = Noon - Ticks(std::chrono::minutes(draw(30 * 60)));
        const std::string service =
            std::array{"", "search", "checkout"}.at(static_cast<std::size_t>(draw(3)));
        const std::string application =
            std::array{"", "shop", "O'Brien \\\"x\\\""}.at(static_cast<std::size_t>(draw(3)));
        const std::string agent = std::array{"", "curl/8", "python"}.at(static_cast<std::size_t>(draw(3)));
        const std::string address = "10.0.0." + std::to_string(draw(5));
        Json headers = Json::object();
        if (!application.empty())
            headers["x-gh-application"] = application;
        if (!agent.empty())
            headers[draw(2) == 0 ? "User-Agent" : "user-agent"] = agent;
        catalog.add(time, service, headers.empty() && draw(2) == 0 ? std::string() : dumpJson(headers),
                    address);
        if (service.empty() || time < Noon - Ticks(std::chrono::hours(24)) || time >= Noon)
            continue;
        Seen& seen = wanted[{service, application, agent}];
        ++seen.calls;
        seen.addresses.insert(address);
        seen.last = std::max(seen.last, time);
    }
    const auto table = ask(catalog);
    QVERIFY2(table.has_value(), table ? "" : table.error().message.c_str());
    QCOMPARE(table->rowCount(), wanted.size());
    for (std::size_t row = 0; row < table->rowCount(); ++row) {
        const auto text = [&](const char* column) { return std::string(table->find(column)->textAt(row)); };
        const auto found = wanted.find({text("Service"), text("Application"), text("Agent")});
        QVERIFY(found != wanted.end());
        QCOMPARE(table->find("Calls")->integerAt(row), found->second.calls);
        QCOMPARE(table->find("Addresses")->integerAt(row),
                 static_cast<std::int64_t>(found->second.addresses.size()));
        QCOMPARE(table->find("LastSeen")->integerAt(row), found->second.last.sinceYearOne.count());
        if (row > 0)
            QVERIFY(table->find("LastSeen")->integerAt(row) <= table->find("LastSeen")->integerAt(row - 1));
    }
}

void TestKeyCallers::anEmptyLogHasNoCallers()
{
    const auto table = ask(LogCatalog());
    QVERIFY(table.has_value());
    QCOMPARE(table->rowCount(), std::size_t(0));
}

GATEHOUSE_TEST_MAIN(TestKeyCallers)
#include "tst_keycallers.moc"
