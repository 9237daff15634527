// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/audit/audit.h"
#include "tests/unit/usage/ledgerdraw.h"

#include <deque>
#include <set>

namespace gatehouse::test {

/// The calls of some services in twelve days, as all sources have them, into which faults are drawn. Each
/// knows its place and its size.
class FaultDraw
{
public:
    struct Truth
    {
        FaultKind kind;
        std::int64_t calls = 0;
        std::int64_t tokens = 0;
        Int128 pico = 0;
        std::string subject;
    };

    explicit FaultDraw(std::uint64_t seed)
        : m_random(seed)
    {
        drawCalls();
    }

    /// The faults in the order in which they must be drawn.
    void draw(const std::set<FaultKind>& kinds)
    {
        const auto has = [&](FaultKind kind) { return kinds.contains(kind); };
        if (has(FaultKind::RetryStorm))
            storm();
        if (has(FaultKind::MissingPrice))
            missingPrice();
        if (has(FaultKind::RenamedService))
            rename();
        if (has(FaultKind::FailedButBilled))
            failedButBilled();
        if (has(FaultKind::EstimatedStreams))
            estimated();
        if (has(FaultKind::LateRows))
            late();
        makeEvidence();
        if (has(FaultKind::DirectCalls))
            direct();
        if (has(FaultKind::WrongJoin))
            wrongJoin();
        if (has(FaultKind::Duplicates))
            duplicates();
        if (has(FaultKind::PriceChange))
            priceChange();
    }

    [[nodiscard]] const Evidence& evidence() const { return m_evidence; }
    [[nodiscard]] const PriceBook& prices() const { return m_prices; }
    [[nodiscard]] const std::vector<Truth>& truth() const { return m_truth; }

private:
    struct Call
    {
        UsageRow row;
        std::string deployment;
        Tokens used{}; ///< what the model used, whoever saw it
        bool succeeded = true;
        bool claimed = false; ///< a fault has it already
    };

    std::int64_t between(std::int64_t low, std::int64_t high)
    {
        return low + static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(high - low + 1));
    }
    DateTime anyTime(int hours = 288)
    {
        return m_start + std::chrono::seconds(between(0, hours * 3'600 - 1));
    }

    Call newCall(int service, DateTime time)
    {
        Call call;
        call.row = usageRow("call-" + std::to_string(m_calls.size()), "2026-06-03", "", {});
        call.row.time = time;
        call.row.seen = time + std::chrono::seconds(between(30, 900));
        call.row.service = "service-" + std::to_string(service);
        call.row.application = "application-" + std::to_string(service);
        call.row.model = between(0, 9) < service ? "gpt-4o" : "gpt-4o-mini";
        call.deployment = call.row.model;
        call.row.tokens = {between(100, 1'500), 0, between(10, 600), 0};
        call.row.attempts = between(0, 49) == 0 ? 2 : 1;
        if (between(0, 99) == 0) { // an ordinary refusal uses nothing
            call.row.status = 429;
            call.row.attempts = static_cast<int>(between(0, 1));
            call.row.tokens = {};
            call.row.source = TokenSource::None;
            call.succeeded = false;
        }
        call.used = call.row.tokens;
        return call;
    }
    void drawCalls()
    {
        for (int service = 0; service < 8; ++service) {
            for (std::int64_t i = between(1'200, 2'000); i > 0; --i)
                m_calls.push_back(newCall(service, anyTime()));
        }
    }
    /// Calls that no fault has, of a service or of all (-1), that succeeded.
    std::vector<Call*> take(std::int64_t count, int service = -1)
    {
        std::vector<Call*> taken;
        const std::string name = "service-" + std::to_string(service);
        for (std::size_t tries = 0; tries < m_calls.size() * 4 && taken.size() < std::size_t(count);
             ++tries) {
            Call& call = m_calls[m_random() % m_calls.size()];
            if (call.claimed || !call.succeeded || (service >= 0 && call.row.service != name))
                continue;
            call.claimed = true;
            taken.push_back(&call);
        }
        return taken;
    }
    static std::int64_t sum(const Tokens& tokens) { return tokens[0] + tokens[1] + tokens[2] + tokens[3]; }

    void storm()
    {
        Truth truth{FaultKind::RetryStorm, 0, 0, 0, "service-1"};
        const DateTime start = anyTime(250);
        const std::int64_t minutes = between(10, 60);
        for (std::int64_t i = minutes * between(3, 8); i > 0; --i) {
            Call call = newCall(1, start + std::chrono::seconds(between(0, minutes * 60)));
            call.row.attempts = static_cast<int>(between(3, 6));
            call.claimed = true;
            truth.calls += call.row.attempts - 1;
            m_calls.push_back(call);
        }
        m_truth.push_back(truth);
    }
    void missingPrice()
    {
        Truth truth{FaultKind::MissingPrice, 0, 0, 0, "phi-4"};
        for (Call* call : take(between(40, 500), 2)) {
            call->row.model = call->deployment = "phi-4";
            ++truth.calls;
            truth.tokens += sum(call->used);
        }
        m_truth.push_back(truth);
    }
    void rename()
    {
        Truth truth{FaultKind::RenamedService, 0, 0, 0, "service-3"};
        const DateTime at = m_start + std::chrono::hours(between(60, 220));
        for (Call& call : m_calls) {
            if (call.row.service != "service-3")
                continue;
            call.claimed = true;
            if (call.row.time < at)
                continue;
            call.row.service = "service-3-v2";
            ++truth.calls;
            truth.tokens += sum(call.row.tokens);
        }
        m_truth.push_back(truth);
    }
    void failedButBilled()
    {
        Truth truth{FaultKind::FailedButBilled, 0, 0, 0, ""};
        for (Call* call : take(between(100, 400))) {
            call->row.status = 504;
            call->row.tokens = {};
            call->row.source = TokenSource::None;
            ++truth.calls;
            truth.tokens += sum(call->used);
        }
        m_truth.push_back(truth);
    }
    void estimated()
    {
        Truth truth{FaultKind::EstimatedStreams, 0, 0, 0, ""};
        for (Call* call : take(between(30, 600), static_cast<int>(between(4, 7)))) {
            call->row.source = TokenSource::Estimated;
            ++truth.calls;
            truth.tokens += sum(call->row.tokens);
        }
        m_truth.push_back(truth);
    }
    void late()
    {
        Truth truth{FaultKind::LateRows, 0, 0, 0, ""};
        for (Call* call : take(between(10, 400))) {
            call->row.seen = call->row.time + std::chrono::seconds(between(3'700, 200'000));
            ++truth.calls;
            truth.tokens += sum(call->row.tokens);
        }
        m_truth.push_back(truth);
    }

    void count(const std::string& model, DateTime time, int requests, int succeeded, std::int64_t tokens)
    {
        const std::int64_t span = Ticks(std::chrono::minutes(5)).count();
        const DateTime start{
            Ticks((time + std::chrono::seconds(between(0, 20))).sinceYearOne.count() / span * span)};
        MetricCount& metric = m_metrics[{model, start}];
        metric.start = start;
        metric.model = model;
        metric.requests += requests;
        metric.succeeded += succeeded;
        metric.tokens += tokens;
    }
    void makeEvidence()
    {
        for (const Call& call : m_calls) {
            m_evidence.rows.push_back(call.row);
            m_evidence.gateway.push_back({call.row.id, call.row.time, call.row.seen, call.row.service,
                                          call.deployment, call.row.status, call.row.attempts});
            if (call.row.source != TokenSource::None) {
                m_evidence.llm.push_back(
                    {call.row.id, call.row.time, call.deployment, call.row.tokens, call.row.seen});
                if (between(0, 3) == 0) // a chunk of messages
                    m_evidence.llm.push_back({call.row.id, call.row.time, "", {}, call.row.seen});
                if (between(0, 19) == 0) // the same row again
                    m_evidence.llm.push_back(m_evidence.llm.back());
            }
            if (call.row.attempts > 0)
                count(call.deployment, call.row.time, call.row.attempts, call.succeeded ? 1 : 0,
                      sum(call.used));
        }
        takeMetrics();
    }
    void takeMetrics()
    {
        m_evidence.metrics.clear();
        for (const auto& [key, metric] : m_metrics)
            m_evidence.metrics.push_back(metric);
    }
    void direct()
    {
        Truth truth{FaultKind::DirectCalls, 0, 0, 0, "gpt-4o"};
        const DateTime start = anyTime(240);
        for (std::int64_t i = between(100, 500); i > 0; --i) {
            const std::int64_t tokens = between(100, 2'000);
            count("gpt-4o", start + std::chrono::seconds(between(0, 48 * 3'600)), 1, 1, tokens);
            ++truth.calls;
            truth.tokens += tokens;
        }
        takeMetrics();
        m_truth.push_back(truth);
    }
    void wrongJoin()
    {
        Truth truth{FaultKind::WrongJoin, 0, 0, 0, ""};
        const bool inner = between(0, 1) == 0;
        std::set<std::string> hit;
        for (const Call* call : take(between(30, 300)))
            hit.insert(call->row.id);
        for (UsageRow& row : m_evidence.rows) {
            if (!hit.contains(row.id))
                continue;
            ++truth.calls;
            truth.tokens += sum(row.tokens);
            for (std::int64_t& tokens : row.tokens)
                tokens *= 2; // the right side had the row twice
        }
        if (inner) // who has no row in the LLM log is lost
            std::erase_if(m_evidence.rows, [&](const UsageRow& row) { return hit.contains(row.id); });
        m_truth.push_back(truth);
    }
    void duplicates()
    {
        Truth truth{FaultKind::Duplicates, 0, 0, 0, ""};
        for (const Call* call : take(between(10, 300))) {
            for (std::int64_t copies = between(1, 3); copies > 0; --copies) {
                m_evidence.rows.push_back(call->row);
                ++truth.calls;
                truth.tokens += sum(call->row.tokens);
            }
        }
        std::shuffle(m_evidence.rows.begin(), m_evidence.rows.end(), m_random);
        m_truth.push_back(truth);
    }
    void priceChange()
    {
        Truth truth{FaultKind::PriceChange, 0, 0, 0, "gpt-4o-mini"};
        const Day since = day("2026-06-03") + std::chrono::days(between(2, 10));
        Price input = price("gpt-4o-mini", Direction::Input, "0.30");
        input.since = since;
        m_prices = *m_prices.with({input});
        std::set<std::string> seen;
        for (const UsageRow& row : m_evidence.rows) {
            if (row.model != "gpt-4o-mini" || utcDay(row.time) >= since || row.tokens[0] == 0 ||
                !seen.insert(row.id).second)
                continue;
            ++truth.calls;
            truth.tokens += sum(row.tokens);
            truth.pico += Int128{row.tokens[0]} * 150'000; // 0.15 USD a million more
        }
        m_truth.push_back(truth);
    }

    Random m_random;
    DateTime m_start = moment("2026-06-03");
    std::deque<Call> m_calls; ///< pointers stay valid
    std::map<std::pair<std::string, DateTime>, MetricCount> m_metrics;
    Evidence m_evidence;
    PriceBook m_prices = listPrices();
    std::vector<Truth> m_truth;
};

} // namespace gatehouse::test
