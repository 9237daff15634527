// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// Hosts and audiences of a cloud (contracts §0); nothing is derived from anything else.
/// Origins have a scheme and no trailing slash; scopes are what a token request sends.
struct Cloud
{
    std::string id; ///< "public", "usgov", "china", "local"
    std::string name;
    std::string loginOrigin;
    std::string armOrigin;
    std::string armScope;
    std::string logsOrigin;
    std::string logsScope;
    std::string gatewayScope; ///< "" where the profile's gateway decides
};

/// The three Azure clouds. "local" is not among them: its origin is known only while the stack runs.
[[nodiscard]] const std::vector<Cloud>& azureClouds();
[[nodiscard]] std::optional<Cloud> azureCloud(std::string_view id);

/// How a RAG backend names what it is sent and what it sends (core/rag/README.md); its contract leaves that
/// open. Empty is never a name, but for tokenField.
struct RagMapping
{
    std::string fileField = "file"; ///< of the upload's form
    std::string questionField = "question";
    std::string historyField = "history";
    std::string chunksField = "chunks"; ///< of the upload's answer
    std::string contextEvent = "context";
    std::string tokenEvent = "token";
    std::string doneEvent = "done";
    std::string errorEvent = "error";
    std::string tokenField;                   ///< of a piece of the answer; "": the names that are usual
    std::string passagesField = "passages";   ///< of the context
    std::string citationsField = "citations"; ///< of done
    std::string endMarker = "[DONE]";         ///< the text of the event that ends an answer

    bool operator==(const RagMapping&) const = default;
};

/// One name of a mapping as the settings file calls it.
struct RagName
{
    const char* key;
    std::string RagMapping::*name;
};
inline constexpr std::array<RagName, 12> RagNames{{{"fileField", &RagMapping::fileField},
                                                   {"questionField", &RagMapping::questionField},
                                                   {"historyField", &RagMapping::historyField},
                                                   {"chunksField", &RagMapping::chunksField},
                                                   {"contextEvent", &RagMapping::contextEvent},
                                                   {"tokenEvent", &RagMapping::tokenEvent},
                                                   {"doneEvent", &RagMapping::doneEvent},
                                                   {"errorEvent", &RagMapping::errorEvent},
                                                   {"tokenField", &RagMapping::tokenField},
                                                   {"passagesField", &RagMapping::passagesField},
                                                   {"citationsField", &RagMapping::citationsField},
                                                   {"endMarker", &RagMapping::endMarker}}};

/// A place to look at: a cloud, an application registration, a workspace and a gateway. Holds no secret.
struct Profile
{
    std::string name; ///< unique; "This computer" is always there and cannot be removed
    std::string cloudId = "public";
    std::string tenantId; ///< GUID, domain or "organizations"
    std::string clientId;
    std::string subscriptionId;
    std::string workspaceId;         ///< customerId GUID
    std::string workspaceResourceId; ///< ARM id
    std::string apimResourceId;      ///< ARM id
    std::string gatewayUrl;
    std::string ragUrl;   ///< the RAG backend's address, below which /chat lies; "" when there is none
    std::string ragScope; ///< of the tokens that it wants; "": it is sent none
    RagMapping ragMapping;
    std::string
        accountKey; ///< "oid.tid" of the account whose token the keychain holds; "" when none is stored

    [[nodiscard]] bool isLocal() const { return cloudId == "local"; }
    bool operator==(const Profile&) const = default;
};

inline constexpr std::string_view LocalProfileName = "This computer";

/// Null pointer-free check of what a person or a file gave: name set and unique is the store's business; this
/// checks each field's form and answers InvalidInput that names the field.
[[nodiscard]] Status validate(const Profile& profile);

} // namespace gatehouse::settings
