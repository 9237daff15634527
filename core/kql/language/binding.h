// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/outline.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace gatehouse::kql::language {

/// The tables of a schema, without rows. The schema must outlive it; one thread.
class SchemaCatalog final : public Catalog
{
public:
    explicit SchemaCatalog(const Schema& schema);
    ~SchemaCatalog() override;

    [[nodiscard]] std::shared_ptr<const TableSource> find(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string> tableNames() const override;

    /// Makes a table with the columns of all tables that fit a pattern, so that a union of a whole workspace
    /// costs no more than one table. Answers its name, which is as long as the pattern; nothing when no table
    /// fits, or when there are too many patterns already.
    [[nodiscard]] std::optional<std::string> addMerged(std::string_view pattern);
    /// search and find without tables look into all: from now on tableNames() answers only the first few.
    void narrowNames() { m_narrow = true; }
    /// Forgets what a block before has shown.
    void startBlock() { m_narrow = m_vague = false; }
    /// Nothing can be said about names: the schema is empty, or a table without known columns was used.
    [[nodiscard]] bool isVague() const { return m_schema.tables.empty() || m_vague; }

private:
    class EmptySource;

    struct Merged
    {
        std::string pattern;
        std::string name;
        std::vector<SchemaColumn> columns;
    };

    const Schema& m_schema;
    std::unordered_map<std::string_view, std::shared_ptr<const TableSource>> m_tables;
    std::deque<Merged> m_merged;
    std::unordered_map<std::string_view, std::shared_ptr<const TableSource>> m_mergedTables;
    bool m_narrow = false;
    mutable bool m_vague = false;
};

/// Binds texts against a schema to plans that nobody runs. All its calls share one allowance of work, so that
/// hostile text costs little however often it is tried.
class PlanBinder
{
public:
    explicit PlanBinder(const Schema& schema)
        : m_catalog(schema)
    {}

    /// The columns of a query's last answer, or the first error. Text where names with * are replaced as
    /// below.
    [[nodiscard]] Result<std::vector<SchemaColumn>> columns(std::string_view text);
    [[nodiscard]] SchemaCatalog& catalog() { return m_catalog; }
    /// Puts a merged table of the same length in place of each wildcard of a union in text, which holds the
    /// outline's pieces at their offsets from base on.
    void replaceWildcards(std::string& text, std::size_t base, const Outline& outline);
    /// How often a text of this length may be tried again.
    [[nodiscard]] static int attempts(std::size_t bytes);

private:
    static constexpr std::size_t AllSteps = 60'000;

    SchemaCatalog m_catalog;
    std::size_t m_stepsLeft = AllSteps;
};

/// Pieces [first, last).
struct PieceRange
{
    std::size_t first = 0;
    std::size_t last = 0;
};

/// The part of a text that has to go so that the rest can be understood in spite of an error at a piece: the
/// innermost stage that holds it, or with widest the outermost one; a whole let statement when it has no
/// stage. Segments are climbed up to upTo, whose first stage can never go.
[[nodiscard]] std::optional<PieceRange> spoiledPart(const Outline& outline, std::size_t piece, bool widest,
                                                    std::size_t upTo);

/// The piece that an error at an offset is about. A syntax error stands at what was not expected; the piece
/// before it is the one that is not finished. Nowhere when there is none.
[[nodiscard]] std::size_t pieceAtError(const Outline& outline, std::size_t offset, bool syntax);

} // namespace gatehouse::kql::language
