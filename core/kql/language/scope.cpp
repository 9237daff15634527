// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/scope.h"

#include "core/kql/language/names.h"
#include "core/kql/language/words.h"

#include <algorithm>

namespace gatehouse::kql::language {

namespace {

constexpr std::string_view MvApply = "mv-apply";
constexpr std::string_view MvExpand = "mvexpand"; // of the same length, so that no offset changes

bool isStatement(const Outline& outline, const Segment& segment)
{
    return segment.first < segment.last && hasWord(statementWords(), outline.code[segment.first].text);
}

} // namespace

std::vector<SchemaColumn> ScopeReader::columnsAt(std::size_t segment)
{
    m_parts.clear();
    m_patches.clear();
    for (std::size_t at = segment; at != Nowhere;) {
        const Segment& here = m_outline.segments[at];
        const Group& group = m_outline.groupOf(here);
        if (!here.pipes.empty() || inheritsRows(m_outline, group)) {
            addPipeline(at);
            return bind(at);
        }
        if (holdsStatements(m_outline, group))
            break;
        at = group.parent;
    }
    return {};
}

std::vector<SchemaColumn> ScopeReader::columnsOf(std::size_t segment, PieceRange table)
{
    m_parts = {table};
    m_patches.clear();
    return table.first < table.last ? bind(segment) : std::vector<SchemaColumn>();
}

/// The pipeline of a segment up to its last pipe; a subquery of mv-apply or partition begins with the one
/// around it.
void ScopeReader::addPipeline(std::size_t at)
{
    std::vector<std::size_t> inner{at};
    while (inheritsRows(m_outline, m_outline.groupOf(m_outline.segments[inner.back()])))
        inner.push_back(m_outline.groupOf(m_outline.segments[inner.back()]).parent);
    for (std::size_t i = inner.size(); i-- > 0;) {
        const Segment& segment = m_outline.segments[inner[i]];
        const bool outermost = i + 1 == inner.size();
        // Of the stages around a subquery only those before its own count.
        const std::size_t until =
            i == 0 ? m_outline.code.size() : m_outline.groupOf(m_outline.segments[inner[i - 1]]).open;
        const auto after = std::lower_bound(segment.pipes.begin(), segment.pipes.end(), until);
        const bool piped = after != segment.pipes.begin();
        if (outermost && piped)
            m_parts.push_back({pipelineStart(segment), *(after - 1)});
        if (!outermost) {
            const Group& group = m_outline.groupOf(segment);
            const Segment& around = m_outline.segments[inner[i + 1]];
            const std::size_t stage = m_outline.stageStart(around, group.open);
            if (m_outline.isAt(stage, MvApply)) {
                m_parts.push_back({stage - 1, group.open - 1});
                m_patches.push_back({m_outline.code[stage].start, MvExpand});
            }
            if (piped) {
                m_parts.push_back({group.open, *(after - 1)});
                m_patches.push_back({m_outline.code[group.open].start, "|"});
            }
        }
    }
}

std::size_t ScopeReader::pipelineStart(const Segment& segment) const
{
    std::size_t start = segment.first;
    if (const std::size_t equals = letEquals(m_outline, segment); equals != Nowhere)
        start = equals + 1;
    const Group& group = m_outline.groupOf(segment);
    const bool arguments = m_outline.opens(group, "(") && group.open > 0 &&
                           m_outline.code[group.open - 1].isWord() &&
                           !hasWord(headOperators(), m_outline.code[start].text);
    for (std::size_t i = start; arguments && i < segment.pipes.front(); i = m_outline.next(i)) {
        if (m_outline.isAt(i, ","))
            start = i + 1;
    }
    return start;
}

void ScopeReader::copy(std::string& text, PieceRange range) const
{
    if (range.first >= range.last)
        return;
    const std::size_t start = m_outline.code[range.first].start;
    const std::size_t length = m_outline.code[range.last - 1].end() - start;
    text.replace(start, length, m_text.substr(start, length));
}

/// Copies the let statements that the segment sees, and answers what stands for the parameters of functions.
std::string ScopeReader::statementsBefore(std::string& text, std::size_t segment) const
{
    std::string prelude;
    std::unordered_set<std::string_view> hidden;
    for (std::size_t at = segment; at != Nowhere;) {
        const Group& group = m_outline.groupOf(m_outline.segments[at]);
        if (holdsStatements(m_outline, group)) {
            for (const std::size_t each : group.segments) {
                const Segment& statement = m_outline.segments[each];
                if (each == at)
                    break;
                const bool shadowed = hidden.contains(nameAt(m_outline, statement.first + 1));
                if (isStatement(m_outline, statement) && !shadowed)
                    copy(text, {statement.first, statement.last + 1});
            }
            if (const std::size_t parameters = parametersOf(m_outline, group); parameters != Nowhere)
                addParameters(prelude, m_outline.groups[parameters], hidden);
        }
        at = group.parent;
    }
    return prelude;
}

void ScopeReader::addParameters(std::string& prelude, const Group& group,
                                std::unordered_set<std::string_view>& names) const
{
    const Segment& segment = m_outline.segments[group.segments.front()];
    for (std::size_t i = segment.first; i < segment.last; i = m_outline.next(i)) {
        const std::string_view name = nameAt(m_outline, i);
        const std::size_t colon = m_outline.next(i);
        const bool starts = i == segment.first || m_outline.isAt(i - 1, ",");
        if (!starts || name.empty() || colon + 1 >= segment.last || !m_outline.isAt(colon, ":"))
            continue;
        names.insert(name);
        prelude += "let " + quotedName(name) + "=";
        const std::size_t type = colon + 1;
        if (m_outline.isAt(type, "(")) {
            const std::size_t start = m_outline.code[type].start;
            const std::size_t close = m_outline.partner[type];
            const bool known = close != Nowhere && close > type + 2;
            prelude +=
                "datatable" +
                std::string(known ? m_text.substr(start, m_outline.code[close].end() - start) : "(_:string)");
            prelude += "[];";
            continue;
        }
        const std::string_view word = m_outline.code[type].text;
        const auto known = columnTypeFrom(word);
        if (!known || *known == ColumnType::Dynamic)
            prelude += "dynamic(null);";
        else if (*known == ColumnType::String)
            prelude += "'';";
        else
            prelude += std::string(toString(*known)) + "(null);";
    }
}

std::vector<SchemaColumn> ScopeReader::bind(std::size_t segment)
{
    std::string text(m_text.size(), ' ');
    const std::string prelude = statementsBefore(text, segment);
    for (const PieceRange& part : m_parts)
        copy(text, part);
    for (const Patch& patch : m_patches)
        text.replace(patch.at, patch.text.size(), patch.text);
    text.insert(0, prelude);
    m_binder.replaceWildcards(text, prelude.size(), m_outline);
    for (int i = PlanBinder::attempts(text.size()); i > 0; --i) {
        auto columns = m_binder.columns(text);
        if (columns)
            return std::move(*columns);
        const Error& error = columns.error();
        if (!error.position || error.position->offset < prelude.size())
            break;
        const bool syntax = error.serviceCode.starts_with("SYN");
        const std::size_t piece = pieceAtError(m_outline, error.position->offset - prelude.size(), syntax);
        const auto spoiled = piece == Nowhere ? std::nullopt : spoiledPart(m_outline, piece, syntax, segment);
        if (!spoiled)
            break;
        const std::size_t start = m_outline.code[spoiled->first].start;
        const std::size_t length = m_outline.code[spoiled->last - 1].end() - start;
        const std::string blank(length, ' ');
        if (text.compare(prelude.size() + start, length, blank) == 0)
            break;
        text.replace(prelude.size() + start, length, blank);
    }
    return {};
}

} // namespace gatehouse::kql::language
