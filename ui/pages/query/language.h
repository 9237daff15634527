// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/language.h"

#include <functional>

namespace gatehouse::ui {

/// What the query page asks about KQL text, as values, so that tests put something simple in their place.
/// Any thread.
struct QueryLanguage
{
    using Schema = kql::language::Schema;

    std::function<std::vector<kql::language::ClassifiedToken>(std::string_view, const Schema&)> classify;
    std::function<std::vector<kql::language::Diagnostic>(std::string_view, const Schema&)> diagnose;
    std::function<kql::language::CompletionList(std::string_view, std::size_t, const Schema&)> complete;
    std::function<std::optional<kql::language::Hover>(std::string_view, std::size_t, const Schema&)> hover;
    std::function<Result<std::string>(std::string_view)> format;
    std::function<kql::language::Span(std::string_view, std::size_t)> blockAt;
    std::function<bool(std::string_view)> filtersTime;
};

/// core/kql/language itself.
[[nodiscard]] const QueryLanguage& kqlLanguage();

} // namespace gatehouse::ui
