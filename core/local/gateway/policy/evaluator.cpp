// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/evaluator.h"

#include <charconv>

namespace gatehouse::local {

Result<gateway::ExpressionValue> PolicyEvaluator::value(const PolicyText& text) const
{
    if (const auto* plain = std::get_if<std::string>(&text))
        return gateway::ExpressionValue(*plain);
    return std::get<gateway::Expression>(text).evaluate(m_context);
}

Result<std::string> PolicyEvaluator::text(const PolicyText& text) const
{
    const auto worked = value(text);
    if (!worked)
        return fail(worked.error());
    return gateway::toText(*worked);
}

Result<bool> PolicyEvaluator::condition(const PolicyText& text) const
{
    if (const auto* expression = std::get_if<gateway::Expression>(&text))
        return expression->evaluateBool(m_context);
    const std::string& plain = std::get<std::string>(text);
    return plain == "true" || plain == "True";
}

Result<std::int64_t> PolicyEvaluator::number(const PolicyText& text, std::string_view name,
                                             std::int64_t least, std::int64_t most) const
{
    const auto written = this->text(text);
    if (!written)
        return fail(written.error());
    std::int64_t number = 0;
    const char* const end = written->data() + written->size();
    const auto [at, code] = std::from_chars(written->data(), end, number);
    if (code != std::errc() || at != end || number < least || number > most)
        return fail(Error::Kind::InvalidInput, "The attribute '" + std::string(name) +
                                                   "' is not a whole number from " + std::to_string(least) +
                                                   " to " + std::to_string(most) + ".");
    return number;
}

} // namespace gatehouse::local
