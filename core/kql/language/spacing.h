// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/outline.h"

#include <vector>

namespace gatehouse::kql::language {

/// Which pieces of well-formed text have a blank between them when they stand in one line. Blanks never join
/// or part what the lexer, or Kusto's, would read differently: where that could be, the text's own way stays.
class Spacing
{
public:
    explicit Spacing(const Outline& outline);

    /// Between a piece of the outline and the one before it.
    [[nodiscard]] bool before(std::size_t piece) const;
    /// Whether a word names an operator, behind a pipe or at the head of a query.
    [[nodiscard]] bool isOperatorName(std::size_t piece) const;
    /// The name of the operator that a piece belongs to; "" without one.
    [[nodiscard]] std::string_view stageName(std::size_t piece) const;

private:
    [[nodiscard]] bool endsOperand(std::size_t piece) const;
    [[nodiscard]] bool isParameter(std::size_t equals) const;
    [[nodiscard]] bool beforeParenthesis(std::size_t piece) const;
    [[nodiscard]] bool beforeBracket(std::size_t piece) const;
    [[nodiscard]] bool keepsAsWritten(std::size_t piece) const;

    const Outline& m_outline;
    std::vector<bool> m_prefix; ///< signs with one operand, and "*" that is one
};

} // namespace gatehouse::kql::language
