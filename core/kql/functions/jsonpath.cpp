// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/jsonpath.h"

#include "core/kql/values.h"

namespace gatehouse::kql {

namespace {

/// What stands between brackets: a quoted member or a number; at is moved behind the "]".
std::optional<PathStep> bracketStep(std::string_view text, std::size_t& at)
{
    const std::size_t open = at + 1;
    const char quote = open < text.size() ? text[open] : '\0';
    PathStep step;
    if (quote == '\'' || quote == '"') {
        const std::size_t end = text.find(quote, open + 1);
        if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != ']')
            return std::nullopt;
        step.key = text.substr(open + 1, end - open - 1);
        at = end + 2;
        return step;
    }
    const std::size_t end = text.find(']', open);
    const auto index = end == std::string_view::npos ? std::nullopt : readLong(text.substr(open, end - open));
    if (!index)
        return std::nullopt;
    step.index = *index;
    step.isIndex = true;
    at = end + 1;
    return step;
}

} // namespace

std::optional<std::vector<PathStep>> readJsonPath(std::string_view text)
{
    if (!text.starts_with('$'))
        return std::nullopt;
    std::vector<PathStep> steps;
    std::size_t at = 1;
    while (at < text.size()) {
        if (text[at] == '[') {
            auto step = bracketStep(text, at);
            if (!step)
                return std::nullopt;
            steps.push_back(std::move(*step));
            continue;
        }
        if (text[at] != '.')
            return std::nullopt;
        const std::size_t end = std::min(text.find_first_of(".[", at + 1), text.size());
        if (end > at + 1)
            steps.push_back({std::string(text.substr(at + 1, end - at - 1)), 0, false});
        else if (end == text.size() || text[end] != '[') // "$.['key']" is fine, "$..key" is not
            return std::nullopt;
        at = end;
    }
    return steps;
}

std::optional<simdjson::dom::element> follow(simdjson::dom::element value, const std::vector<PathStep>& path)
{
    for (const PathStep& step : path) {
        simdjson::dom::element next;
        if (!step.isIndex) {
            if (!value.is_object() || value.at_key(step.key).get(next) != simdjson::SUCCESS)
                return std::nullopt;
        } else {
            if (!value.is_array())
                return std::nullopt;
            const simdjson::dom::array array = value;
            const auto size = static_cast<std::int64_t>(array.size());
            const std::int64_t index = step.index < 0 ? step.index + size : step.index;
            if (index < 0 || array.at(static_cast<std::size_t>(index)).get(next) != simdjson::SUCCESS)
                return std::nullopt;
        }
        value = next;
    }
    return value;
}

} // namespace gatehouse::kql
