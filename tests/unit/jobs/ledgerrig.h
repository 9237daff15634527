// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/costledger.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/memorycatalog.h"
#endif
#include "tests/unit/jobs/scriptedworkspace.h"

#include <QtCore/QTemporaryDir>

namespace gatehouse::test {

/// When it is asked, if not later.
inline const DateTime Noon = DateTime::fromCivil(2026, 6, 10) + Ticks(std::chrono::hours(12));
inline constexpr const char* Prices = "# as of 2026-05-01\n"
                                      "model,region,direction,price,unit,currency,validFrom\n"
                                      "gpt-4o,,input,2.50,1M,USD,2024-12-01\n"
                                      "gpt-4o,,output,10.00,1M,USD,2024-12-01\n";

/// One service has a name.
class LedgerNames final : public jobs::ServiceDirectory
{
public:
    QFuture<Result<usage::ServiceNames>> serviceNames(std::stop_token) override
    {
        return QtFuture::makeReadyFuture(
            Result<usage::ServiceNames>(usage::ServiceNames{{"billing", "Billing"}}));
    }
};

/// That service has an owner.
class LedgerFacts final : public jobs::FactsService
{
public:
    QFuture<Result<jobs::FactsNow>> facts(std::stop_token) override
    {
        jobs::FactsNow now;
        now.directory.set({"billing", "shop", "", "production", "ann", "CC-1", ""});
        return QtFuture::makeReadyFuture(Result<jobs::FactsNow>(now));
    }
};

/// A ledger over a workspace that the query engine answers for.
struct LedgerRig
{
    explicit LedgerRig(QTemporaryDir& folder, std::int64_t mostCalls = jobs::CostLedger::MaxSlice)
        : clock(Noon)
        , workspace([this](const jobs::Ask& ask) { return answer(ask); })
        , ledger(std::make_unique<jobs::CostLedger>(
              jobs::CostLedger::Sources{workspace, names, &facts, clock, Ticks(std::chrono::seconds(10)),
                                        mostCalls},
              jobs::CostLedger::Files{(folder.path() + QStringLiteral("/cost/w")).toStdString(), Prices,
                                      "Contoso"}))
    {}

    Result<QueryAnswerPtr> answer(const jobs::Ask& ask)
    {
        if (before)
            before(ask);
        if (refusal)
            return fail(*refusal);
        kql::QueryOptions options;
        options.now = clock.now();
        options.timespan = ask.timespan;
        auto execution = kql::execute(ask.kql, *catalog, options);
        if (!execution)
            return fail(execution.error());
        if (rename.empty() || ask.kql.find("Streamed") == std::string::npos)
            return std::make_shared<const QueryAnswer>(std::move(execution->answer));
        QueryAnswer wrong = std::move(execution->answer);
        for (std::size_t i = 0; i < wrong.tables.front().columnCount(); ++i) {
            if (wrong.tables.front().column(i).name() == rename)
                wrong.tables.front().column(i).rename("Other");
        }
        return std::make_shared<const QueryAnswer>(std::move(wrong));
    }

    void add(const std::string& id, DateTime time, const std::string& model = "gpt-4o",
             const std::string& service = "billing")
    {
        LoggedCall call;
        call.id = id;
        call.time = time;
        call.service = service;
        call.usage->model = model;
        call.messageRows = 1;
        catalog->addCall(call);
    }

    Result<std::shared_ptr<const jobs::CostView>> view(jobs::CostQuestion question = {},
                                                       std::stop_token stop = {})
    {
        return await(ledger->view(std::move(question), nullptr, std::move(stop)));
    }

    ManualClock clock;
    std::shared_ptr<MemoryCatalog> catalog = std::make_shared<MemoryCatalog>();
    LedgerNames names;
    LedgerFacts facts;
    std::function<void(const jobs::Ask&)> before;
    std::optional<Error> refusal;
    std::string rename;
    ScriptedWorkspace workspace;
    std::unique_ptr<jobs::CostLedger> ledger;
};

inline const cost::CostRow* rowOf(const jobs::CostView& view, cost::RowKind kind, const std::string& key = {})
{
    for (const cost::CostRow& row : view.grouping.rows) {
        if (row.kind == kind && row.key == key)
            return &row;
    }
    return nullptr;
}

/// 10 tokens in at 2.50 and 5 out at 10.00 a million.
inline constexpr cost::Pico OneCall = 75'000'000;

} // namespace gatehouse::test
