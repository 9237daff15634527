// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/gateway/policy/document.h"
#include "core/local/gateway/credentials.h"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::local {

struct RequiredClaim
{
    std::string name;
    bool all = true;       ///< every value must be there; else one is enough
    std::string separator; ///< splits a claim that is one text
    std::vector<std::string> values;
};

/// What validate-jwt or validate-azure-ad-token asks of a token (contracts §4.5).
struct TokenRules
{
    std::string source;                   ///< the element's name
    std::string header = "Authorization"; ///< "" where the token is in the query
    std::string query;
    std::string scheme; ///< "" for none that must be there
    int status = 401;
    std::string message; ///< "" for the gateway's own
    bool requireExpiration = true;
    std::int64_t clockSkew = 0; ///< seconds
    std::string tenant;         ///< "" for any
    std::vector<std::string> audiences;
    std::vector<std::string> issuers;
    std::vector<std::string> applications; ///< client-application-ids
    std::vector<RequiredClaim> claims;
    std::string variable; ///< output-token-variable-name
};

/// Reads one of the two elements; what the embedded gateway cannot check is a problem with its place.
[[nodiscard]] tl::expected<TokenRules, gateway::PolicyProblem>
readTokenRules(const gateway::PolicyElement& element);

struct TokenVerdict
{
    std::string_view reason; ///< as APIM logs it; "" when the token is good
    std::string message;
    Json claims;
};

[[nodiscard]] TokenVerdict checkToken(const TokenRules& rules, const CredentialLookup& credentials,
                                      const TokenReader& reader, DateTime now);

/// The claims that output-token-variable-name gives to expressions: "NAME.claim" → its text, several values
/// joined by commas. Never the token itself.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> claimVariables(const TokenRules& rules,
                                                                              const Json& claims);

} // namespace gatehouse::local
