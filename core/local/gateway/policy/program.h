// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/expression.h"
#include "core/gateway/policy/limits.h"
#include "core/local/gateway/policy/tokenrules.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::local {

/// Of any wait that a policy may ask for.
inline constexpr std::int64_t MaxWaitSeconds = 3'600;

/// A text of a policy: as written, or worked out for each request.
using PolicyText = std::variant<std::string, gateway::Expression>;

struct PolicyStatement;
using PolicyBlock = std::vector<PolicyStatement>;

struct SetVariable
{
    std::string name;
    PolicyText value;
};

struct SetBackend
{
    PolicyText backendId;
};

/// rewrite-uri, of which the gateway obeys the deployment that the new path names.
struct RewriteUri
{
    PolicyText path;
};

/// set-header: of the request in the inbound section, of the answer in the others.
struct SetHeader
{
    enum class WhenThere { Override, Skip, Append, Delete };
    std::string name;
    WhenThere whenThere = WhenThere::Override;
    std::vector<PolicyText> values;
};

struct ReturnResponse
{
    PolicyText status = std::string("200");
    std::vector<SetHeader> headers;
    PolicyText body = std::string();
};

/// validate-jwt and validate-azure-ad-token.
struct CheckToken
{
    TokenRules rules;
};

/// llm-content-safety with shield-prompt.
struct ScreenPrompt
{};

struct PolicyBranch;

struct Choose
{
    std::vector<PolicyBranch> branches;
    PolicyBlock otherwise;
};

/// One of the policies that count calls or tokens (contracts §4.5), with its attributes by name.
struct CountLimit
{
    gateway::LimitPolicy kind = gateway::LimitPolicy::RateLimit;
    std::string scope; ///< where the element stands; rate-limit counts for each place
    std::map<std::string, PolicyText, std::less<>> values;
    std::map<std::string, std::string> names; ///< header and variable names, by attribute
};

struct ForwardRequest
{
    bool plain = true;               ///< without any attribute
    std::optional<PolicyText> limit; ///< of the time until the answer begins
    bool limitInMs = false;
    bool failOnError = false; ///< an answer of 400 or more goes to on-error
};

struct Retry
{
    PolicyText condition;
    PolicyText count;
    PolicyText interval;
    std::optional<PolicyText> maxInterval;
    std::optional<PolicyText> delta;
    std::optional<PolicyText> firstFast;
    PolicyBlock block;
};

struct PolicyStatement
{
    std::variant<SetVariable, SetBackend, RewriteUri, SetHeader, ReturnResponse, CheckToken, ScreenPrompt,
                 Choose, CountLimit, ForwardRequest, Retry>
        what;
};

struct PolicyBranch
{
    PolicyText condition;
    PolicyBlock block;
};

/// The sections of a document, each with what its <base /> stands for.
struct PolicyProgram
{
    PolicyBlock inbound;
    PolicyBlock backend;
    PolicyBlock outbound;
    PolicyBlock onError;
};

} // namespace gatehouse::local
