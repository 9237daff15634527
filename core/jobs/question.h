// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/services.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::jobs {

/// One value as a KQL literal. This is the only way a value gets into a query: whatever the value holds, its
/// literal stays one token, so it can never become an operator, a comment or a second statement.
class Literal
{
public:
    /// Bytes that are no UTF-8 become U+FFFD; quotes, backslashes, control characters and the line separators
    /// of Unicode are escaped.
    [[nodiscard]] static Literal text(std::string_view value);
    [[nodiscard]] static Literal texts(const std::vector<std::string>& values); ///< dynamic list of strings
    [[nodiscard]] static Literal moment(DateTime value);
    [[nodiscard]] static Literal timespan(Ticks value);
    [[nodiscard]] static Literal flag(bool value);

    [[nodiscard]] const std::string& kql() const { return m_kql; }

private:
    explicit Literal(std::string kql)
        : m_kql(std::move(kql))
    {}

    std::string m_kql;
};

/// A question of resources/kql with its parameters, which stand before it as `let` lines. The files that a
/// question builds upon (its parts) come first, so that each definition is written once.
class Question
{
public:
    /// The names of the files without ".kql", in order; the last one is the question itself.
    explicit Question(std::vector<std::string> parts);

    /// Defines a parameter. The name is one of ours: letters and digits.
    Question& with(std::string_view name, const Literal& value);

    /// The whole query. Internal when a file is not in the resources.
    [[nodiscard]] Result<std::string> kql() const;

private:
    std::vector<std::string> m_parts;
    std::string m_prelude;
};

/// The answers to questions that belong together, in their order.
struct Answers
{
    std::vector<QueryAnswerPtr> tables;
    std::vector<std::string> queries;
    bool partial = false;
    std::string partialReason;
    std::chrono::seconds age{0}; ///< of the oldest

    [[nodiscard]] const Table& table(std::size_t index) const { return tables[index]->primary(); }
};

/// Asks all at once (at most 4, so that one refresh never fills the user's share of 5) and waits for all.
/// The error is the first one in the questions' order. Continues on the context's thread.
[[nodiscard]] QFuture<Result<Answers>> askAll(Workspace& workspace, const std::vector<Question>& questions,
                                              const TimeRange& timespan, std::stop_token stop,
                                              QObject* context);

/// Whether the workspace refused a query because it has no such table: its telemetry was never on (contracts
/// §2.3).
[[nodiscard]] bool isMissingTable(const Error& error, std::string_view table);

/// Says which telemetry is off where a workspace has no log of the gateway.
[[nodiscard]] Error gatewayLogsAreOff(const Error& cause);

} // namespace gatehouse::jobs
