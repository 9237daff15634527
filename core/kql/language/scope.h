// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/binding.h"

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace gatehouse::kql::language {

/// Which columns there are at the end of a text: it is the beginning of a block, cut where the caret stands.
/// From it a query is made that has all statements before and the pipeline up to its last pipe, and is bound;
/// what does not bind is left out. Text and outline must outlive it.
class ScopeReader
{
public:
    ScopeReader(std::string_view text, const Outline& outline, const Schema& schema)
        : m_text(text)
        , m_outline(outline)
        , m_binder(schema)
    {}

    /// What the stage at the end of a segment takes in. Empty where no rows flow.
    [[nodiscard]] std::vector<SchemaColumn> columnsAt(std::size_t segment);
    /// The columns of a table that an expression of this segment names or computes.
    [[nodiscard]] std::vector<SchemaColumn> columnsOf(std::size_t segment, PieceRange table);

private:
    struct Patch
    {
        std::size_t at;
        std::string_view text;
    };

    void addPipeline(std::size_t segment);
    void copy(std::string& text, PieceRange range) const;
    [[nodiscard]] std::size_t pipelineStart(const Segment& segment) const;
    [[nodiscard]] std::string statementsBefore(std::string& text, std::size_t segment) const;
    void addParameters(std::string& prelude, const Group& group,
                       std::unordered_set<std::string_view>& names) const;
    [[nodiscard]] std::vector<SchemaColumn> bind(std::size_t segment);

    std::string_view m_text;
    const Outline& m_outline;
    PlanBinder m_binder;
    std::vector<PieceRange> m_parts; ///< of the pipeline
    std::vector<Patch> m_patches;
};

} // namespace gatehouse::kql::language
