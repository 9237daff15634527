// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/posture/facts.h"

#include <string>
#include <vector>

/// How accounts and the gateway stand against the standard, with what mends each difference. Pure. Nothing
/// here is ever carried out: a remedy is a sentence or a command for a person.
namespace gatehouse::gateway {

/// Unknown is what could not be read; it is never Holds.
enum class Accord { Holds, Differs, Unknown };

struct PostureLine
{
    std::string name;     ///< "Public network access"
    std::string value;    ///< as it is
    std::string standard; ///< as it should be
    Accord verdict = Accord::Unknown;
    std::string remedy; ///< "" where nothing is to be done
};

struct PostureResource
{
    std::string id;
    std::string name;
    std::string kind; ///< "API Management", "Azure OpenAI"
    std::vector<PostureLine> lines;
};

[[nodiscard]] PostureResource accountPosture(const AccountFacts& account);
[[nodiscard]] PostureResource gatewayPosture(const GatewayFacts& gateway);

/// For a shell: 'it''s' quoted so that no text of a service becomes a command.
[[nodiscard]] std::string shellQuoted(const std::string& text);

} // namespace gatehouse::gateway
