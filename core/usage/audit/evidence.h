// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/usagerow.h"

#include <string>
#include <vector>

namespace gatehouse::cost {

/// A row of the gateway's own log.
struct GatewayCall
{
    std::string id; ///< correlation id
    DateTime time;
    DateTime seen;
    std::string service;
    std::string model; ///< the deployment that the URL names
    int status = 200;
    int attempts = 1; ///< requests sent to backends

    [[nodiscard]] bool failed() const { return status < 200 || status >= 400; }
};

/// A row of the LLM log. A call may have several: one with its tokens, and others (chunks, rows that came
/// again).
struct LlmCall
{
    std::string id;
    DateTime time;
    std::string deployment; ///< "" for a chunk of messages, whose tokens are none
    Tokens tokens{};
    DateTime seen;
};

/// What the accounts behind the gateway counted themselves in five minutes of one deployment.
struct MetricCount
{
    DateTime start;
    std::string model;
    std::int64_t requests = 0;  ///< all that came in, whatever became of them
    std::int64_t succeeded = 0; ///< of them; these used tokens
    std::int64_t tokens = 0;    ///< prompt and completion
};

/// One span of time as each of the sources has it. All stand under the same time filter, so what one lacks is
/// lacking.
struct Evidence
{
    std::vector<UsageRow> rows; ///< as they were joined, before the ledger takes what is double out
    std::vector<GatewayCall> gateway;
    std::vector<LlmCall> llm;
    std::vector<MetricCount> metrics; ///< empty: nobody asked the accounts, so nothing is said about them
};

} // namespace gatehouse::cost
