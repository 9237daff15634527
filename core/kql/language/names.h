// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/suggestion.h"
#include "core/kql/language/outline.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::kql::language {

template <typename List>
[[nodiscard]] bool contains(const List& list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// The name as a query writes it: ['a b'] when it is no plain identifier, or a word that is never a name.
[[nodiscard]] std::string quotedName(std::string_view name);

/// A let statement before the caret, by its pieces.
struct LetName
{
    enum class Kind : std::uint8_t { Scalar, Table, Function, TableFunction };
    std::string_view name;
    Kind kind = Kind::Scalar;
    std::string_view value; ///< its text, without the name
};

/// The index of the "=" of a let statement; Nowhere for any other segment.
[[nodiscard]] std::size_t letEquals(const Outline& outline, const Segment& segment);

/// The name that a piece holds: the word, or the text of ['…'] that begins there; empty for anything else.
[[nodiscard]] std::string_view nameAt(const Outline& outline, std::size_t piece);

/// What let statements and function parameters have named, as seen from a segment; the nearest first.
[[nodiscard]] std::vector<LetName> letNames(const Outline& outline, std::size_t segment,
                                            const Schema& schema);

/// The parameters of the let function whose body this group is: the group of its parentheses, or Nowhere.
[[nodiscard]] std::size_t parametersOf(const Outline& outline, const Group& body);

/// Whether a table is expected at a piece: at the head of a pipeline and behind join, union and the like.
[[nodiscard]] bool tableStandsAt(const Outline& outline, std::size_t piece);

/// Whether a segment has statements or pipelines, not the arguments of a call or the inside of an expression.
[[nodiscard]] bool holdsStatements(const Outline& outline, const Group& group);

/// Whether the group takes its rows from the stage around it, as behind mv-apply … on or partition by ….
[[nodiscard]] bool inheritsRows(const Outline& outline, const Group& group);

} // namespace gatehouse::kql::language
