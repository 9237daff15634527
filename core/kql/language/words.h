// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace gatehouse::kql::language {

/// A word of the language with a sentence for it.
struct WordDoc
{
    std::string_view word;
    std::string_view text;
};

/// A function with the names of its parameters and what it does.
struct FunctionDoc
{
    std::string_view name;
    std::string_view parameters;
    std::string_view text;
};

// In order of use, the likeliest first.
[[nodiscard]] std::span<const WordDoc> queryOperators();  ///< behind a pipe
[[nodiscard]] std::span<const WordDoc> headOperators();   ///< at the start of a query
[[nodiscard]] std::span<const WordDoc> statementWords();  ///< let, set, declare
[[nodiscard]] std::span<const WordDoc> comparisonWords(); ///< and, has, in, …: between two operands
[[nodiscard]] std::span<const WordDoc> joinKinds();
[[nodiscard]] std::span<const WordDoc> renderKinds();
[[nodiscard]] std::span<const WordDoc> renderProperties();
[[nodiscard]] std::span<const WordDoc> typeNames();
[[nodiscard]] std::span<const WordDoc> plugins(); ///< behind evaluate
/// Words with a meaning inside of an operator: by, on, asc, kind, …
[[nodiscard]] std::span<const WordDoc> clauseWords();

[[nodiscard]] std::span<const FunctionDoc> scalarDocs();
[[nodiscard]] std::span<const FunctionDoc> moreScalarDocs(); ///< series, addresses, places and the rarer ones
[[nodiscard]] std::span<const FunctionDoc> aggregateDocs();

[[nodiscard]] const WordDoc* findWord(std::span<const WordDoc> words, std::string_view word);
[[nodiscard]] bool hasWord(std::span<const WordDoc> words, std::string_view word);
/// Null for a function that nobody has described.
[[nodiscard]] const FunctionDoc* findFunctionDoc(std::string_view name);
[[nodiscard]] const FunctionDoc* findAggregateDoc(std::string_view name);
/// Behind these words an operand follows: operators, comparisons, by, on, …
[[nodiscard]] bool wantsOperand(std::string_view word);

} // namespace gatehouse::kql::language
