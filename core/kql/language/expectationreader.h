// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/expectation.h"

#include <string_view>

namespace gatehouse::kql::language {

/// Reads from an outline what may stand at the end of its text: first where that is (expectation.cpp), then,
/// behind a pipe, by the rule of the operator (clauses.cpp).
class ExpectationReader
{
public:
    explicit ExpectationReader(const Outline& outline)
        : m_outline(outline)
        , m_segment(outline.innermost)
        , m_end(outline.code.size())
    {}

    Expectation run();

private:
    [[nodiscard]] const Segment& here() const { return m_outline.segments[m_segment]; }
    /// Whether the piece so many before the end is this one.
    [[nodiscard]] bool before(std::size_t distance, std::string_view text) const
    {
        return m_end >= distance && m_outline.isAt(m_end - distance, text);
    }
    [[nodiscard]] std::string_view textBefore(std::size_t distance) const
    {
        return m_end >= distance ? m_outline.code[m_end - distance].text : std::string_view();
    }
    [[nodiscard]] bool has(std::size_t first, std::string_view word) const
    {
        return wordIn(first, m_end, word) < m_end;
    }

    void behindDot();
    /// The join whose keys are being written.
    void findJoin();
    /// The first piece behind kind=inner, hint.strategy=shuffle and the like.
    [[nodiscard]] std::size_t behindParameters(std::size_t at) const;
    /// Where a word stands on this level from first on; last when it does not.
    [[nodiscard]] std::size_t wordIn(std::size_t first, std::size_t last, std::string_view word) const;
    /// Whether the next piece begins an operand, rather than continuing behind one.
    [[nodiscard]] bool operandComes(std::size_t first) const;
    void expression(bool columns);
    /// Whether an aggregate may stand inside of these parentheses: in summarize, but not in another
    /// aggregate.
    [[nodiscard]] bool insideAggregation() const;
    void tableStart();
    void statement();
    /// What stands before the first pipe: an operator such as union, a table or, in a let, a value.
    void head(std::size_t first, bool value);
    void parenthesis(const Group& group);

    using Rule = void (ExpectationReader::*)(std::size_t);

    void renderProperty();
    /// The operator at this piece, or its name when the text ends here.
    void stageFrom(std::size_t stage);
    /// Conditions and lists of expressions.
    void operands(std::size_t first);
    void columnNames(std::size_t first);
    void rename(std::size_t /*first*/);
    void number(std::size_t first);
    void summarize(std::size_t first);
    void sorted(std::size_t first);
    void top(std::size_t first);
    void ofColumns(std::size_t first);
    void byColumns(std::size_t first);
    void join(std::size_t first);
    void unionTables(std::size_t first);
    void render(std::size_t first);
    void expand(std::size_t first);
    void makeSeries(std::size_t first);
    void parse(std::size_t first);
    void evaluate(std::size_t first);
    void range(std::size_t first);
    void search(std::size_t first);

    const Outline& m_outline;
    std::size_t m_segment;
    std::size_t m_end;
    Expectation m_found;
};

} // namespace gatehouse::kql::language
