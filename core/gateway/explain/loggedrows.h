// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/loggedcall.h"
#include "core/table/table.h"

#include <array>

namespace gatehouse::gateway {

/// Which of the headers that a rule asks for the gateway logs, by RoutingField. Where one is not logged, an
/// empty value says nothing; where it is, it says that the caller gave none.
using LoggedFields = std::array<bool, TextFields>;

/// The answers to logged-requests.kql, logged-tokens.kql and logged-attempts.kql; null: there is no such
/// table, or it was not asked.
struct LoggedRows
{
    const Table* requests = nullptr;
    const Table* tokens = nullptr;
    const Table* attempts = nullptr;
};

/// Requests with their tokens and attempts, in the order of the requests' rows. Rows of requests that are not
/// there are passed over. Protocol when a column is missing.
[[nodiscard]] Result<LoggedTraffic> readTraffic(const LoggedRows& rows, const LoggedFields& fields);

/// Where a request has no attempt rows, its own row's final attempt stands for them: a replay needs one.
void standInFinalAttempts(LoggedTraffic& traffic);

/// The attempts by backend (answer to logged-attempts.kql), without those of the request of that id.
/// sampled: some row stands for several.
struct AttemptRows
{
    std::map<std::string, std::vector<LoggedAttempt>> attempts;
    bool sampled = false;
};
[[nodiscard]] Result<AttemptRows> readAttemptRows(const Table& attempts, std::string_view except);

/// Those that any row has a value of; Model is always there.
[[nodiscard]] LoggedFields fieldsSeen(const Table& requests);
/// All: a gateway that logs every header that its rules see, as the embedded one does.
[[nodiscard]] LoggedFields allFields();

} // namespace gatehouse::gateway
