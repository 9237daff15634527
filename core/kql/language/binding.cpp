// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/binding.h"

#include "core/kql/binder/binder.h"
#include "core/kql/language/names.h"
#include "core/kql/parser/parser.h"

#include <algorithm>

namespace gatehouse::kql::language {

namespace {

/// As union does it: a name with several types is a column for each, with the type as a suffix.
std::vector<SchemaColumn> mergedColumns(const std::vector<const TableInfo*>& tables)
{
    std::vector<SchemaColumn> columns;
    std::unordered_map<std::string_view, std::vector<ColumnType>> types;
    for (const TableInfo* table : tables) {
        for (const SchemaColumn& column : table->columns) {
            auto& known = types[column.name];
            if (std::find(known.begin(), known.end(), column.type) != known.end())
                continue;
            known.push_back(column.type);
            columns.push_back(column);
        }
    }
    for (SchemaColumn& column : columns) {
        if (types[column.name].size() > 1)
            column.name += "_" + std::string(toString(column.type));
    }
    return columns;
}

} // namespace

class SchemaCatalog::EmptySource final : public TableSource
{
public:
    explicit EmptySource(const std::vector<SchemaColumn>& columns)
        : m_columns(columns)
    {}
    [[nodiscard]] const std::vector<SchemaColumn>& schema() const override { return m_columns; }
    [[nodiscard]] std::vector<std::shared_ptr<const gatehouse::Table>>
    scan(const std::optional<TimeRange>& /*range*/, std::span<const std::string> /*wanted*/) const override
    {
        return {};
    }

private:
    const std::vector<SchemaColumn>& m_columns;
};

SchemaCatalog::SchemaCatalog(const Schema& schema)
    : m_schema(schema)
{
    m_tables.reserve(schema.tables.size());
    for (const TableInfo& table : schema.tables)
        m_tables.emplace(table.name, std::make_shared<EmptySource>(table.columns));
}

SchemaCatalog::~SchemaCatalog() = default;

std::shared_ptr<const TableSource> SchemaCatalog::find(std::string_view name) const
{
    if (const auto found = m_tables.find(name); found != m_tables.end()) {
        m_vague = m_vague || found->second->schema().empty();
        return found->second;
    }
    const auto merged = m_mergedTables.find(name);
    return merged == m_mergedTables.end() ? nullptr : merged->second;
}

std::vector<std::string> SchemaCatalog::tableNames() const
{
    constexpr std::size_t FewColumns = 400;
    std::vector<std::string> names;
    std::size_t columns = 0;
    for (const TableInfo& table : m_schema.tables) {
        columns += table.columns.size();
        if (m_narrow && columns > FewColumns && !names.empty())
            break;
        names.push_back(table.name);
    }
    return names;
}

std::optional<std::string> SchemaCatalog::addMerged(std::string_view pattern)
{
    constexpr std::string_view Digits = "0123456789abcdefghijklmnopqrstuvwxyz"; // as many tables at most
    const auto made = std::find_if(m_merged.begin(), m_merged.end(),
                                   [&](const Merged& each) { return each.pattern == pattern; });
    std::vector<const TableInfo*> tables;
    for (const TableInfo& table : m_schema.tables) {
        if (!matchesWildcard(pattern, table.name))
            continue;
        tables.push_back(&table);
        m_vague = m_vague || table.columns.empty();
    }
    if (made != m_merged.end())
        return made->name;
    // Patterns of one length get names of that length, which differ in their last letter.
    std::string name(pattern.size(), '_');
    if (name.size() > 1)
        name.back() = Digits[std::min(m_merged.size(), Digits.size() - 1)];
    if (tables.empty() || m_merged.size() >= Digits.size() || m_tables.contains(name))
        return std::nullopt;
    m_merged.push_back({std::string(pattern), name, mergedColumns(tables)});
    m_mergedTables.emplace(m_merged.back().name, std::make_shared<EmptySource>(m_merged.back().columns));
    return name;
}

Result<std::vector<SchemaColumn>> PlanBinder::columns(std::string_view text)
{
    auto tree = parse(text);
    if (!tree)
        return fail(tree.error());
    QueryOptions options;
    options.now = DateTime::fromCivil(2026, 1, 1);
    options.planOnly = true;
    options.bindingSteps = m_stepsLeft;
    options.memoryBudget = std::size_t{4} << 20U;
    Evaluation evaluation(options);
    Binder binder(text, m_catalog, evaluation);
    auto queries = binder.bind(*tree);
    m_stepsLeft -= std::min(binder.steps(), m_stepsLeft);
    if (!queries)
        return fail(queries.error());
    return std::move(queries->back().plan->schema);
}

void PlanBinder::replaceWildcards(std::string& text, std::size_t base, const Outline& outline)
{
    const auto part = [&](std::size_t i) {
        return outline.code[i].isWord() || outline.code[i].is("*") ||
               outline.code[i].kind == PieceKind::Number;
    };
    for (std::size_t i = 0; i < outline.code.size(); ++i) {
        if (!outline.code[i].is("*"))
            continue;
        const Segment& segment = outline.segmentOf(i);
        std::size_t stage = outline.stageStart(segment, i);
        if (const std::size_t equals = letEquals(outline, segment); equals != Nowhere && stage < equals)
            stage = equals + 1;
        if (!outline.isAt(stage, "union"))
            continue;
        std::size_t first = i;
        while (first > stage + 1 && part(first - 1) &&
               outline.code[first - 1].end() == outline.code[first].start)
            --first;
        std::size_t last = i + 1;
        while (last < segment.last && part(last) && outline.code[last].start == outline.code[last - 1].end())
            ++last;
        const std::size_t start = outline.code[first].start;
        const std::size_t length = outline.code[last - 1].end() - start;
        const std::string pattern = text.substr(base + start, length);
        const auto stand =
            pattern.find('*') == std::string::npos ? std::nullopt : m_catalog.addMerged(pattern);
        if (stand)
            text.replace(base + start, length, *stand);
        i = last - 1;
    }
    const auto looksEverywhere = [](const Piece& piece) { return piece.is("search") || piece.is("find"); };
    if (std::any_of(outline.code.begin(), outline.code.end(), looksEverywhere))
        m_catalog.narrowNames();
}

int PlanBinder::attempts(std::size_t bytes)
{
    constexpr std::size_t AllBytes = 128U << 10U;
    return static_cast<int>(std::clamp<std::size_t>(AllBytes / (bytes + 1), 2, 10));
}

std::optional<PieceRange> spoiledPart(const Outline& outline, std::size_t piece, bool widest,
                                      std::size_t upTo)
{
    std::optional<PieceRange> best;
    std::size_t at = outline.owner[piece];
    while (true) {
        const Segment& segment = outline.segments[at];
        const Group& group = outline.groups[segment.group];
        const auto after = std::upper_bound(segment.pipes.begin(), segment.pipes.end(), piece);
        if (after != segment.pipes.begin()) {
            best = PieceRange{*(after - 1), after == segment.pipes.end() ? segment.last : *after};
            if (!widest)
                return best;
        }
        if (at == upTo)
            return best;
        if (holdsStatements(outline, group) && !best && letEquals(outline, segment) != Nowhere)
            best = PieceRange{segment.first, segment.last};
        if (holdsStatements(outline, group) && (best || group.parent == Nowhere))
            return best;
        if (group.parent == Nowhere)
            return best;
        piece = group.open;
        at = group.parent;
    }
}

std::size_t pieceAtError(const Outline& outline, std::size_t offset, bool syntax)
{
    const auto after =
        std::partition_point(outline.code.begin(), outline.code.end(), [&](const Piece& piece) {
            return syntax ? piece.start < offset : piece.start <= offset;
        });
    if (after == outline.code.begin())
        return Nowhere;
    return static_cast<std::size_t>(after - outline.code.begin()) - 1;
}

} // namespace gatehouse::kql::language
