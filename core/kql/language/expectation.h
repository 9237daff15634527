// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/binding.h"

#include <span>
#include <string_view>
#include <vector>

namespace gatehouse::kql::language {

struct WordDoc;

/// What may stand at the end of a text, as far as its pieces tell.
struct Expectation
{
    bool queryOperators = false;
    bool headOperators = false;
    bool statements = false;
    bool tables = false; ///< also those that let has named
    bool columns = false;
    bool scalars = false; ///< functions, and values and functions that let has named
    bool aggregates = false;
    bool bins = false; ///< bin() before all other functions
    bool comparisons = false;
    bool types = false;
    std::span<const WordDoc> kinds;      ///< of joins and charts, properties, plugins
    std::vector<std::string_view> words; ///< that belong to the operator
    bool wordsLast = false;
    /// Which rows the columns are of.
    enum class Rows : std::uint8_t { Input, JoinKeys, JoinRight } rows = Rows::Input;
    std::size_t joinSegment = Nowhere; ///< where the join stands, with the pieces of its right table
    PieceRange joinRight;
};

[[nodiscard]] Expectation expectationAtEnd(const Outline& outline);

} // namespace gatehouse::kql::language
