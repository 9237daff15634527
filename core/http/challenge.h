// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/headers.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::http {

/// One challenge of a WWW-Authenticate header (RFC 9110 §11.6.1).
struct Challenge
{
    std::string scheme;  ///< as sent; compare without case
    std::string token68; ///< "Negotiate YII…"; "" when there are parameters instead
    std::vector<std::pair<std::string, std::string>> parameters; ///< names in lower case, values unquoted

    /// The parameter's value, or "".
    [[nodiscard]] std::string parameter(std::string_view name) const;
};

/// Reads one or several challenges. Quoted strings may hold commas, equals signs and escaped quotes, and
/// parameters come in any order. What cannot be read is passed over; never fails.
[[nodiscard]] std::vector<Challenge> parseChallenges(std::string_view value);
/// Of all WWW-Authenticate fields.
[[nodiscard]] std::vector<Challenge> challengesOf(const Headers& headers);

/// The decoded claims JSON of an insufficient_claims challenge (contracts §1.8), or "" when there is none.
[[nodiscard]] std::string claimsChallengeOf(const Headers& headers);

} // namespace gatehouse::http
