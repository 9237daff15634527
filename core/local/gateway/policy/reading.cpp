// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/reading.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::local {

tl::unexpected<PolicyProblem> problemAt(const PolicyElement& element, std::string message,
                                        std::string_view attribute)
{
    return tl::unexpected(PolicyProblem{
        element.name(), std::string(attribute), element.positionOf(attribute), std::move(message), {}});
}

tl::expected<PolicyText, PolicyProblem> readText(const PolicyElement& element, std::string_view attribute,
                                                 const std::string& value)
{
    if (!gateway::isExpression(value))
        return PolicyText(value);
    auto expression = gateway::Expression::parse(value);
    if (!expression)
        return problemAt(element, expression.error().message, attribute);
    return PolicyText(std::move(*expression));
}

tl::expected<PolicyText, PolicyProblem> requiredText(const PolicyElement& element, std::string_view attribute)
{
    const auto value = element.attribute(attribute);
    if (!value || value->empty())
        return problemAt(element, "The attribute '" + std::string(attribute) + "' is missing.", attribute);
    return readText(element, attribute, *value);
}

tl::expected<std::optional<PolicyText>, PolicyProblem> optionalText(const PolicyElement& element,
                                                                    std::string_view attribute)
{
    const auto value = element.attribute(attribute);
    if (!value)
        return std::optional<PolicyText>();
    return readText(element, attribute, *value).map([](PolicyText text) {
        return std::optional(std::move(text));
    });
}

tl::expected<void, PolicyProblem> onlyAttributes(const PolicyElement& element,
                                                 std::initializer_list<std::string_view> known)
{
    for (const gateway::PolicyAttribute& attribute : element.attributes()) {
        if (std::ranges::find(known, attribute.name) == known.end())
            return problemAt(
                element, "The attribute '" + attribute.name + "' is not supported by the embedded gateway.",
                attribute.name);
    }
    return {};
}

tl::expected<void, PolicyProblem> noChildren(const PolicyElement& element)
{
    const auto children = element.children();
    if (children.empty())
        return {};
    return problemAt(children.front(), "The element '" + children.front().name() + "' in '" + element.name() +
                                           "' is not supported by the embedded gateway.");
}

tl::expected<bool, PolicyProblem> readFlag(const PolicyElement& element, std::string_view attribute,
                                           bool missing)
{
    const auto value = element.attribute(attribute);
    if (!value)
        return missing;
    if (*value == "true" || *value == "True")
        return true;
    if (*value == "false" || *value == "False")
        return false;
    return problemAt(element, "The attribute '" + std::string(attribute) + "' must be true or false.",
                     attribute);
}

tl::expected<std::int64_t, PolicyProblem> readNumber(const PolicyElement& element, std::string_view attribute,
                                                     std::int64_t missing, std::int64_t least,
                                                     std::int64_t most)
{
    const auto value = element.attribute(attribute);
    if (!value)
        return missing;
    std::int64_t number = 0;
    const char* const end = value->data() + value->size();
    const auto [at, code] = std::from_chars(value->data(), end, number);
    if (code != std::errc() || at != end || number < least || number > most)
        return problemAt(element,
                         "The attribute '" + std::string(attribute) + "' must be a whole number from " +
                             std::to_string(least) + " to " + std::to_string(most) + ".",
                         attribute);
    return number;
}

std::string trimmed(std::string_view text)
{
    constexpr std::string_view Blanks = " \t\r\n";
    const std::size_t from = text.find_first_not_of(Blanks);
    if (from == std::string_view::npos)
        return {};
    return std::string(text.substr(from, text.find_last_not_of(Blanks) - from + 1));
}

} // namespace gatehouse::local
