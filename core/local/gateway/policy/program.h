// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/expression.h"
#include "core/gateway/policy/limits.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::local {

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

struct PolicyStatement
{
    std::variant<SetVariable, SetBackend, RewriteUri, Choose, CountLimit> what;
};

struct PolicyBranch
{
    PolicyText condition;
    PolicyBlock block;
};

} // namespace gatehouse::local
