// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/report/examplereport.h"

#include <algorithm>
#include <random>

namespace gatehouse::test {

using namespace report;

namespace {

constexpr Int128 Unit = 1'000'000'000'000;

Day day(unsigned number)
{
    return Day{std::chrono::year{2026} / std::chrono::November / number};
}

Table groupTable(const std::string& id, const std::string& title, const std::string& head,
                 const std::vector<std::string>& names, std::mt19937_64& random)
{
    Table table;
    table.id = id;
    table.title = title;
    table.note = "Every row of the ledger is in exactly one group.";
    table.columns = {{head, ColumnType::Text, false, {}},
                     {"Requests", ColumnType::Integer, true, {}},
                     {"Tokens", ColumnType::Integer, true, {}},
                     {"Spend", ColumnType::Money, true, {}},
                     {"Share of spend", ColumnType::Percent, false, 3},
                     {"Change against before", ColumnType::Percent, false, {}}};
    for (const std::string& name : names) {
        const auto requests = static_cast<std::int64_t>(random() % 90'000) + 10;
        const auto tokens = requests * static_cast<std::int64_t>(900 + random() % 1400);
        const auto pico =
            static_cast<std::int64_t>(tokens) * static_cast<std::int64_t>(1'000'000 + random() % 9'000'000);
        const double change = static_cast<double>(random() % 900) / 1000 - 0.3;
        table.rows.push_back({name, requests, tokens, Money{pico}, std::monostate{}, Fraction{change}});
    }
    table.total = std::vector<Cell>{std::string("Total"),
                                    static_cast<std::int64_t>(sumOf(table, 1)),
                                    static_cast<std::int64_t>(sumOf(table, 2)),
                                    Money{sumOf(table, 3)},
                                    std::monostate{},
                                    std::monostate{}};
    return table;
}

StackedBars dailyBars(const std::string& title, const std::vector<std::string>& names,
                      std::mt19937_64& random)
{
    StackedBars chart{
        .title = title, .kind = "service", .measure = {}, .step = Step::Daily, .buckets = {}, .series = {}};
    for (unsigned i = 1; i <= 26; ++i)
        chart.buckets.push_back(day(i));
    for (const std::string& name : names) {
        Series series{
            .name = name, .values = {}, .estimated = chart.series.size() == 2, .rest = name == "Unpriced"};
        for (unsigned i = 0; i < 26; ++i) {
            const bool gap = i == 11; // nothing was logged on that day
            series.values.push_back(
                gap ? Amount{} : Amount{Unit / 100 * static_cast<std::int64_t>(400 + random() % 6000)});
        }
        chart.series.push_back(series);
    }
    return chart;
}

Ranking ranking(const std::string& title, const Table& table)
{
    Ranking chart{.title = title, .kind = "team", .measure = {}, .bars = {}};
    for (const std::vector<Cell>& row : table.rows) {
        const auto& name = std::get<std::string>(row[0]);
        chart.bars.push_back({name, amountOf(row[3]), name == "Unattributed"});
    }
    std::stable_sort(chart.bars.begin(), chart.bars.end(),
                     [](const RankedBar& a, const RankedBar& b) { return a.value > b.value; });
    return chart;
}

ForecastLine forecast()
{
    ForecastLine line{.title = "Spend of November against the budget",
                      .measure = {},
                      .days = {},
                      .spent = {},
                      .forecasts = {},
                      .budget = Unit * 5000,
                      .interval = "90 % interval"};
    Int128 sum = 0;
    for (unsigned i = 1; i <= 30; ++i) {
        line.days.push_back(day(i));
        const bool known = i <= 26;
        sum += Unit * (i % 7 < 2 ? 60 : 190);
        line.spent.push_back(known ? Amount{sum} : Amount{});
        if (known)
            line.forecasts.emplace_back();
        else
            line.forecasts.push_back(
                ForecastLine::Estimate{sum - Unit * 45 * (i - 26), sum, sum + Unit * 60 * (i - 26)});
    }
    return line;
}

Report frame()
{
    Report report;
    report.title = "AI spend, November 2026";
    report.company = "Contoso Ltd";
    report.asOf = DateTime::fromUnixSeconds(1'795'702'860); // 2026-11-26T14:21:00Z
    report.period = {day(1), day(26), "Europe/Zurich"};
    report.currency = {"USD", 2};
    report.notes = {"Sample data: simulated requests, no real spend."};
    report.completeness =
        "97.2 % of the requests have measured usage, 2.1 % estimated, 0.7 % unknown. Rows of the last 12 "
        "minutes may still arrive.";
    report.definitions = {
        {"Spend", "Tokens times the price that held on the day of the call, in pico-units, rounded only "
                  "where it is shown."},
        {"Unpriced",
         "Requests whose model has no price on that day. They are counted, and their spend is unknown."},
        {"Unattributed", "Requests whose caller has no owner in the service directory."}};
    report.sources = {
        {"Usage by service",
         "ApiManagementGatewayLogs\n| where TimeGenerated between (datetime(2026-11-01) .. "
         "datetime(2026-11-27))\n| join kind=leftouter (\n    ApiManagementGatewayLlmLog\n    | where "
         "TimeGenerated between (datetime(2026-11-01) .. datetime(2026-11-27))\n    | summarize "
         "arg_max(TimeGenerated, *) by CorrelationId\n  ) on CorrelationId\n| summarize Requests = count(), "
         "Tokens = sum(TotalTokens) by Service",
         "1 Nov 2026 – 26 Nov 2026 (Europe/Zurich)", "42 s old"},
        {"Price book", "", "version 7, valid from 1 Oct 2026", "57 days old"}};
    return report;
}

Table rawRows(std::size_t count, std::mt19937_64& random)
{
    Table table{.id = "rows", .title = "Rows", .note = "", .columns = {}, .rows = {}, .total = {}};
    table.columns = {{"Day", ColumnType::Date, false, {}},      {"Service", ColumnType::Text, false, {}},
                     {"Model", ColumnType::Text, false, {}},    {"Requests", ColumnType::Integer, true, {}},
                     {"Tokens", ColumnType::Integer, true, {}}, {"Spend", ColumnType::Money, true, {}}};
    for (std::size_t i = 0; i < count; ++i) {
        const auto tokens = static_cast<std::int64_t>(random() % 2'000'000);
        const Cell spend = i % 17 == 3 ? Cell{} : Cell{Money{tokens * static_cast<std::int64_t>(2'500'000)}};
        table.rows.push_back({day(static_cast<unsigned>(1 + i % 26)), "service-" + std::to_string(i % 6),
                              std::string(i % 2 == 0 ? "gpt-4o" : "gpt-4o-mini"),
                              static_cast<std::int64_t>(random() % 900), tokens, spend});
    }
    table.total = std::vector<Cell>{std::string("Total"),
                                    std::monostate{},
                                    std::monostate{},
                                    static_cast<std::int64_t>(sumOf(table, 3)),
                                    static_cast<std::int64_t>(sumOf(table, 4)),
                                    Money{sumOf(table, 5)}};
    table.total->at(0) = std::monostate{};
    return table;
}

Page teamPage(const std::string& name, std::mt19937_64& random)
{
    Page page{
        .title = name, .note = "Owner: lead@contoso.example", .figures = {}, .charts = {}, .tables = {}};
    const std::vector<std::string> services{"claims-bot", "document-search", "mail-triage"};
    page.tables.push_back(groupTable("services", "Services of " + name, "Service", services, random));
    page.figures = {{"Spend", "", "1 to 26 November", Figure::Total{"services", 3}},
                    {"Requests", "", "", Figure::Total{"services", 1}},
                    {"Budget", "1 200.00 USD", "forecast 1 090.00 USD (940.00 to 1 260.00)", {}}};
    page.charts.emplace_back(dailyBars("Spend by service", services, random));
    return page;
}

Report full(std::uint64_t seed, const std::vector<std::string>& services,
            const std::vector<std::string>& teams, std::size_t rows, std::size_t pages)
{
    std::mt19937_64 random(seed);
    Report report = frame();
    report.tables.push_back(groupTable("by-service", "By service", "Service", services, random));
    report.tables.push_back(groupTable("by-team", "By team", "Team", teams, random));
    report.figures = {{"Spend", "", "+12.4 % against October", Figure::Total{"by-service", 3}},
                      {"Forecast at month end", "4 610.00 USD", "90 % interval 4 380.00 to 4 920.00 USD", {}},
                      {"Budget", "5 000.00 USD", "holds, with 94 % confidence", {}},
                      {"Requests", "", "", Figure::Total{"by-service", 1}},
                      {"Tokens", "", "62 % input, 38 % output", Figure::Total{"by-service", 2}},
                      {"Unpriced requests", "1 204", "their spend is unknown", {}}};
    report.charts.emplace_back(dailyBars(
        "Spend by service",
        {services.begin(), services.begin() + static_cast<int>(std::min<std::size_t>(services.size(), 14))},
        random));
    report.charts.emplace_back(forecast());
    report.charts.emplace_back(ranking("Spend by team", report.tables[1]));
    for (std::size_t i = 0; i < std::min(pages, teams.size()); ++i)
        report.pages.push_back(teamPage(teams[i], random));
    report.rows = rawRows(rows, random);
    return report;
}

std::vector<std::string> numbered(const std::string& stem, int count)
{
    std::vector<std::string> names;
    for (int i = 1; i <= count; ++i)
        names.push_back(stem + std::to_string(i));
    return names;
}

/// Amounts of more digits than a double has.
Report huge()
{
    Report report = frame();
    Table table{
        .id = "by-service", .title = "By service", .note = "", .columns = {}, .rows = {}, .total = {}};
    table.columns = {{"Service", ColumnType::Text, false, {}},
                     {"Tokens", ColumnType::Integer, true, {}},
                     {"Spend", ColumnType::Money, true, {}},
                     {"Share", ColumnType::Percent, false, 2}};
    const Int128 odd = Unit * 1'234'567'890'123 + 987'654'321'987;
    table.rows = {
        {std::string("alpha"), std::int64_t{4'000'000'000'000'000'001}, Money{odd}, std::monostate{}},
        {std::string("beta"), std::int64_t{1}, Money{1}, std::monostate{}},
        {std::string("gamma"), std::int64_t{9'007'199'254'740'993}, Money{-odd / 7}, std::monostate{}}};
    table.total = std::vector<Cell>{std::string("Total"), static_cast<std::int64_t>(sumOf(table, 1)),
                                    Money{sumOf(table, 2)}, std::monostate{}};
    report.figures = {{"Spend", "", "", Figure::Total{"by-service", 2}}};
    report.tables.push_back(table);
    return report;
}

Report empty()
{
    Report report = frame();
    report.notes.clear();
    report.completeness.clear();
    report.definitions.clear();
    report.sources.clear();
    return report;
}

} // namespace

const std::vector<std::string>& hostileNames()
{
    static const std::vector<std::string> names{
        "=HYPERLINK(\"http://evil.example\",\"click\")",
        "+1+1",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\xEF\xBC\x9D"
        "1+1",
        "<b>bold</b> &amp; <script>alert(1)</script>",
        "a\"quoted\",\"name\"\r\nsecond line",
        "user\xE2\x80\xAE"
        "gpj.exe",
        "\xD7\xA9\xD7\x99\xD7\xA8\xD7\x95\xD7\xAA \xD7\x9C\xD7\xA7\xD7\x95\xD7\x97\xD7\x95\xD7\xAA (42)",
        "\xD8\xAE\xD8\xAF\xD9\x85\xD8\xA9 \xD8\xA7\xD9\x84\xD8\xB9\xD9\x85\xD9\x84\xD8\xA7\xD8\xA1",
        std::string("nul\0inside", 10),
        "bad \xFF\xFE utf-8",
        "not XML \xEF\xBF\xBE\xEF\xBF\xBF",
        "_x0041_ escaped",
        "'=1",
        "[x]:*?/\\ sheet",
        "History",
        "ctrl \x01\x02\x1B[31m red",
        "W" + std::string(300, 'W'),
        "a name of very many words that goes on and on because somebody pasted a whole sentence into the "
        "display name of the product, and then another one, which nobody ever noticed until the report",
        ""};
    return names;
}

std::vector<std::string> exampleNames()
{
    return {"full", "empty", "onerow", "teams200", "hostile", "huge"};
}

Report exampleReport(const std::string& name, std::uint64_t seed)
{
    const std::vector<std::string> services{"claims-bot",  "document-search", "mail-triage",
                                            "code-review", "translation",     "Unpriced"};
    const std::vector<std::string> teams{"Claims", "Legal", "Customer care", "Platform", "Unattributed"};
    if (name == "empty")
        return empty();
    if (name == "onerow")
        return full(seed, {"claims-bot"}, {"Claims"}, 1, 1);
    if (name == "teams200")
        return full(seed, numbered("service-", 40), numbered("Team ", 200), 5000, 200);
    if (name == "huge")
        return huge();
    if (name == "hostile") {
        Report report = full(seed, hostileNames(), hostileNames(), 20, hostileNames().size());
        for (std::size_t i = 0; i < hostileNames().size(); ++i) {
            report.notes.push_back(hostileNames()[i]);
            report.definitions.push_back({hostileNames()[i], hostileNames()[i]});
            report.sources.push_back(
                {hostileNames()[i], hostileNames()[i], hostileNames()[i], hostileNames()[i]});
            report.figures.push_back({hostileNames()[i], hostileNames()[i], hostileNames()[i], {}});
            report.rows->rows[i % report.rows->rows.size()][1] = hostileNames()[i];
            Table table = report.tables.front();
            table.id = hostileNames()[i];
            table.title = hostileNames()[i];
            table.note = hostileNames()[i];
            table.columns[0].title = hostileNames()[i];
            report.tables.push_back(table);
        }
        report.title = hostileNames()[0];
        report.company = hostileNames()[8];
        return report;
    }
    return full(seed, services, teams, 400, teams.size());
}

Report randomReport(std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    Report report = frame();
    report.currency = random() % 3 == 0 ? Currency{"JPY", 0} : Currency{"EUR", 2};
    Table table{.id = "t", .title = "Random", .note = "", .columns = {}, .rows = {}, .total = {}};
    table.columns = {{"Name", ColumnType::Text, false, {}},
                     {"Count", ColumnType::Integer, true, {}},
                     {"Spend", ColumnType::Money, true, {}},
                     {"Share", ColumnType::Percent, false, 2}};
    const std::size_t rows = random() % 60;
    const int magnitude = static_cast<int>(random() % 26);
    Int128 scale = 1;
    for (int i = 0; i < magnitude; ++i)
        scale *= 10;
    for (std::size_t i = 0; i < rows; ++i) {
        // Unlike sizes side by side, ties, credits and unknown amounts.
        Int128 pico =
            scale * static_cast<std::int64_t>(random() % 10) + static_cast<std::int64_t>(random() % 1000);
        if (random() % 9 == 0)
            pico = -pico;
        const Cell money = random() % 11 == 0 ? Cell{} : Cell{Money{pico}};
        table.rows.push_back({hostileNames()[random() % hostileNames().size()],
                              static_cast<std::int64_t>(random() % 1'000'000'000), money, std::monostate{}});
    }
    table.total = std::vector<Cell>{std::string("Total"), static_cast<std::int64_t>(sumOf(table, 1)),
                                    Money{sumOf(table, 2)}, std::monostate{}};
    report.tables.push_back(table);
    return report;
}

} // namespace gatehouse::test
