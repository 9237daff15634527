// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/quotasheet.h"

#include <QtCore/QStringList>

/// Quotas and what is said of them, in short words.
namespace gatehouse::test {

using gateway::LimitValue;
using gateway::ServiceQuota;

inline LimitValue number(std::int64_t value)
{
    return LimitValue::of(value);
}

inline LimitValue word(std::string_view text)
{
    return LimitValue::of(text);
}

inline ServiceQuota quotaOf(const std::string& service, std::int64_t tokensPerMinute)
{
    ServiceQuota quota;
    quota.service = service;
    quota.limits.tokensPerMinute = number(tokensPerMinute);
    return quota;
}

inline gateway::PolicyDocument fragment(const std::string& text)
{
    return gateway::PolicyDocument::parse(text, gateway::PolicyDocument::Root::Fragment).value();
}

/// "element line:column message | …"
inline QString told(const std::vector<gateway::PolicyProblem>& problems)
{
    QStringList list;
    for (const gateway::PolicyProblem& problem : problems)
        list << QString::fromStdString(problem.element + " " + std::to_string(problem.position.line) + ":" +
                                       std::to_string(problem.position.column) + " " + problem.message);
    return list.join(QStringLiteral(" | "));
}

} // namespace gatehouse::test
