// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/prices/pricing.h"

#include <string>

namespace gatehouse::cost {

/// Where the tokens of a call come from.
enum class TokenSource : std::uint8_t {
    Measured,  ///< the model counted them
    Estimated, ///< the gateway worked them out (streams)
    Unknown,   ///< nobody knows them; they are not 0
    None       ///< the call failed before a model answered, as far as the log says
};
[[nodiscard]] std::string_view toString(TokenSource source);

/// The feature of the traffic that Gatehouse makes to test a gateway.
inline constexpr std::string_view TestFeature = "gatehouse-smoke";

/// One call, from the gateway's log with the tokens of the LLM log beside it. A text that is not known is "".
struct UsageRow
{
    std::string id;      ///< the correlation id: the same row twice is one row
    DateTime time;       ///< when the call began
    DateTime seen;       ///< when the log had the row; of two versions of a row the one seen last counts
    std::string service; ///< the APIM subscription
    std::string model;
    std::string backend;
    std::string region;
    std::string application;
    std::string feature;
    std::string environment;
    std::string owner;
    Tokens tokens{};
    TokenSource source = TokenSource::Measured;
    int attempts = 1; ///< requests sent to backends, 0 when the gateway answered itself
    int status = 200;

    [[nodiscard]] bool failed() const { return status < 200 || status >= 400; }
    bool operator==(const UsageRow&) const = default;
};

/// InvalidInput for a row without an id, with negative tokens or more than MaxTokens, with tokens although
/// nobody knows them, with a text above 512 bytes, a time before 1970 or after 2199, or a number out of its
/// range.
[[nodiscard]] Status checkRow(const UsageRow& row);

} // namespace gatehouse::cost
