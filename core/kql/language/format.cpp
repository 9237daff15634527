// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/names.h"
#include "core/kql/language/spacing.h"
#include "core/kql/lexer/lexer.h"
#include "core/kql/parser/parser.h"

#include <algorithm>

namespace gatehouse::kql::language {

namespace {

constexpr std::size_t Indent = 4;

/// Prints the pieces of one text that parses. A line begins at a pipe, behind a semicolon, in and behind the
/// brackets of subqueries and bodies, and where the text has one behind a comma or before and, or, by and on.
class Printer
{
public:
    explicit Printer(std::string_view text)
        : m_text(text)
        , m_pieces(piecesOf(text))
        , m_outline(outlineOf(m_pieces))
        , m_spacing(m_outline)
    {
        m_levels.push_back({Mode::Block, 0, 0, 0});
    }

    std::string run()
    {
        for (m_at = 0; m_at < m_pieces.size(); ++m_at) {
            if (m_pieces[m_at].kind == PieceKind::Comment)
                comment();
            else
                code();
        }
        return std::move(m_out);
    }

private:
    enum class Mode : std::uint8_t { Block, Inline, Body, Rows };

    struct Level
    {
        Mode mode;
        std::size_t indent; ///< of the lines inside
        std::size_t width;  ///< Rows: values a row
        std::size_t commas; ///< Rows: so far
    };

    struct Place
    {
        bool line = false; ///< a new line, rather than a blank or nothing
        std::size_t indent = 0;
    };

    [[nodiscard]] bool isLast() const { return m_code >= m_outline.code.size(); }
    [[nodiscard]] std::size_t newlinesBefore(std::size_t piece) const
    {
        const std::size_t from = piece == 0 ? 0 : m_pieces[piece - 1].end();
        return static_cast<std::size_t>(
            std::count(m_text.begin() + static_cast<std::ptrdiff_t>(from),
                       m_text.begin() + static_cast<std::ptrdiff_t>(m_pieces[piece].start), '\n'));
    }

    /// Where the next piece of code goes.
    [[nodiscard]] Place place() const
    {
        const Level& level = m_levels.back();
        const Piece& next = m_outline.code[m_code];
        if (m_code == 0)
            return {};
        const std::size_t opener = m_outline.partner[m_code];
        const bool lines = level.mode == Mode::Block || level.mode == Mode::Rows;
        if (opener != Nowhere && opener < m_code)
            return {lines && m_levels.size() > 1,
                    m_levels.size() > 1 ? m_levels[m_levels.size() - 2].indent : 0};
        const bool opened = m_outline.inside[m_code - 1] != Nowhere;
        const bool starts = next.is("|") || m_outline.isAt(m_code - 1, ";") || opened;
        if (lines && starts)
            return {true, level.indent};
        const bool comma = m_outline.isAt(m_code - 1, ",");
        if (level.mode == Mode::Rows)
            return {comma && level.commas % level.width == 0, level.indent};
        const bool word = next.is("and") || next.is("or") || next.is("by") || next.is("on");
        return {m_newline && (comma || word), level.indent + Indent};
    }

    void newLine(std::size_t indent)
    {
        if (!m_out.empty())
            m_out += '\n';
        m_out.append(indent, ' ');
    }

    /// An empty line between two statements stays.
    void gap(std::size_t piece)
    {
        if (m_code > 0 && m_levels.size() == 1 && m_outline.isAt(m_code - 1, ";") &&
            newlinesBefore(piece) > 1)
            m_out += '\n';
    }

    void comment()
    {
        const Piece& piece = m_pieces[m_at];
        const bool own = m_out.empty() || newlinesBefore(m_at) > 0 || m_afterComment;
        if (own) {
            std::size_t indent = m_levels.back().indent;
            if (!isLast()) {
                const std::size_t partner = m_outline.partner[m_code];
                const bool closes = partner != Nowhere && partner < m_code;
                const bool lines = m_levels.back().mode == Mode::Block || m_levels.back().mode == Mode::Rows;
                const Place next = place();
                indent = closes && lines ? indent : next.line ? next.indent : indent + Indent;
                indent = m_code == 0 ? 0 : indent;
            }
            gap(m_at);
            newLine(indent);
        } else {
            m_out += ' ';
        }
        m_out += piece.text;
        m_afterComment = true;
        m_newline = true;
    }

    void code()
    {
        m_newline = m_newline || newlinesBefore(m_at) > 0;
        const Place where = place();
        const bool first = m_code == 0 && !m_afterComment;
        if (where.line || m_afterComment) {
            if (!m_afterComment || newlinesBefore(m_at) > 1)
                gap(m_at);
            newLine(where.line || m_code == 0 ? where.indent : m_levels.back().indent + Indent);
        } else if (!first && needsBlank()) {
            m_out += ' ';
        }
        m_afterComment = false;
        m_newline = false;
        if (const std::size_t end = verbatimEnd(); end != Nowhere)
            return verbatim(end);
        write();
    }

    [[nodiscard]] bool needsBlank() const
    {
        // { a + b }: blanks inside of a body that fits in its line.
        const bool inBody = m_levels.back().mode == Mode::Body;
        const std::size_t opener = m_outline.partner[m_code];
        const bool closesBody = inBody && opener != Nowhere && opener < m_code;
        const bool empty = m_outline.isAt(m_code, "}") && m_outline.isAt(m_code - 1, "{");
        if (closesBody || (inBody && m_outline.isAt(m_code - 1, "{")))
            return !empty;
        return m_spacing.before(m_code);
    }

    void write()
    {
        const Piece& piece = m_outline.code[m_code];
        m_out += piece.text;
        const std::size_t partner = m_outline.partner[m_code];
        if (m_outline.inside[m_code] != Nowhere && partner != Nowhere)
            m_levels.push_back(levelOf(m_code));
        else if (partner != Nowhere && partner < m_code && m_levels.size() > 1)
            m_levels.pop_back();
        else if (piece.is(","))
            ++m_levels.back().commas;
        ++m_code;
    }

    [[nodiscard]] bool hasComment(const Group& group) const
    {
        const std::size_t from = m_outline.code[group.open].start;
        const std::size_t to = m_outline.code[group.close].start;
        auto piece = std::partition_point(m_pieces.begin(), m_pieces.end(),
                                          [&](const Piece& each) { return each.start <= from; });
        while (piece != m_pieces.end() && piece->start < to && piece->kind != PieceKind::Comment)
            ++piece;
        return piece != m_pieces.end() && piece->start < to;
    }

    [[nodiscard]] Level levelOf(std::size_t open) const
    {
        const Group& group = m_outline.groups[m_outline.inside[open]];
        const std::size_t indent = m_levels.back().indent;
        const bool piped = std::any_of(group.segments.begin(), group.segments.end(), [&](std::size_t each) {
            return !m_outline.segments[each].pipes.empty();
        });
        const bool several = group.segments.size() > 1;
        if (m_outline.opens(group, "{"))
            return piped || several || hasComment(group) ? Level{Mode::Block, indent + Indent, 0, 0}
                                                         : Level{Mode::Body, indent, 0, 0};
        if (piped || several)
            return {Mode::Block, indent + Indent, 0, 0};
        if (const std::size_t width = rowWidth(group); width > 0)
            return {Mode::Rows, indent + Indent, width, 0};
        return {Mode::Inline, indent, 0, 0};
    }

    [[nodiscard]] std::size_t commasIn(const Group& group) const
    {
        const Segment& segment = m_outline.segments[group.segments.front()];
        std::size_t commas = 0;
        for (std::size_t i = segment.first; i < segment.last; i = m_outline.next(i))
            commas += m_outline.isAt(i, ",") ? 1 : 0;
        return commas;
    }

    /// How many values a row of a datatable has; 0 for other brackets and for a single row.
    [[nodiscard]] std::size_t rowWidth(const Group& group) const
    {
        if (!m_outline.opens(group, "[") || group.open == 0 || !m_outline.isAt(group.open - 1, ")"))
            return 0;
        const std::size_t open = m_outline.partner[group.open - 1];
        if (open == Nowhere || open == 0 || !m_outline.isAt(open - 1, "datatable"))
            return 0;
        const std::size_t width = commasIn(m_outline.groups[m_outline.inside[open]]) + 1;
        return commasIn(group) >= width ? width : 0;
    }

    /// The last piece of what is printed as it stands: JSON, templates of other tools, patterns of graphs.
    [[nodiscard]] std::size_t verbatimEnd() const
    {
        const Piece& piece = m_outline.code[m_code];
        const std::size_t partner = m_outline.partner[m_code];
        const bool opens = partner != Nowhere && partner > m_code;
        if (opens && piece.is("(") && m_code > 0 && m_outline.isAt(m_code - 1, "dynamic"))
            return partner;
        if (opens && piece.is("{") && (m_code == 0 || !m_outline.isAt(m_code - 1, ")")))
            return partner;
        const bool graph = piece.text.starts_with("graph-") || piece.is("make-graph");
        if (!graph || !m_spacing.isOperatorName(m_code))
            return Nowhere;
        const Segment& segment = m_outline.segmentOf(m_code);
        const auto pipe = std::upper_bound(segment.pipes.begin(), segment.pipes.end(), m_code);
        return (pipe == segment.pipes.end() ? segment.last : *pipe) - 1;
    }

    void verbatim(std::size_t end)
    {
        const std::size_t start = m_outline.code[m_code].start;
        const std::size_t stop = m_outline.code[end].end();
        m_out += m_text.substr(start, stop - start);
        m_code = end + 1;
        while (m_at + 1 < m_pieces.size() && m_pieces[m_at + 1].start < stop)
            ++m_at;
    }

    std::string_view m_text;
    std::vector<Piece> m_pieces;
    Outline m_outline;
    Spacing m_spacing;
    std::vector<Level> m_levels;
    std::size_t m_at = 0;   // in m_pieces
    std::size_t m_code = 0; // the next piece of m_outline.code
    bool m_newline = false; // the text has a line break since the last piece of code
    bool m_afterComment = false;
    std::string m_out;
};

bool sameTokens(std::string_view a, std::string_view b)
{
    const std::vector<Piece> left = piecesOf(a);
    const std::vector<Piece> right = piecesOf(b);
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Piece& x, const Piece& y) { return x.kind == y.kind && x.text == y.text; });
}

/// A block in its new form; as it is, should that not be the same tokens.
std::string printed(std::string_view block)
{
    std::string text = Printer(block).run();
    return sameTokens(text, block) ? text : std::string(block);
}

/// Comments between two blank lines are a block too, which the parser would refuse.
bool isComment(std::string_view block)
{
    const std::vector<Piece> pieces = piecesOf(block);
    return std::all_of(pieces.begin(), pieces.end(),
                       [](const Piece& piece) { return piece.kind == PieceKind::Comment; });
}

} // namespace

Result<std::string> format(std::string_view text)
{
    const std::vector<Span> blocks = blocksOf(piecesOf(text), text);
    std::optional<Error> first;
    for (const Span& block : blocks) {
        const std::string_view query = text.substr(block.start, block.length);
        auto tree = parse(query);
        if (tree || isComment(query))
            continue;
        first = tree.error();
        if (first->position)
            first->position =
                positionOf(text, {first->position->offset + block.start, first->position->length});
        break;
    }
    const bool whole = first.has_value();
    if (whole && !parse(text))
        return fail(*first); // neither its blocks nor all of it
    std::string result;
    for (const Span& block : whole ? std::vector<Span>{{0, text.size()}} : blocks) {
        result += result.empty() ? "" : "\n\n";
        result += printed(text.substr(block.start, block.length));
    }
    if (text.ends_with('\n') && !result.empty())
        result += '\n';
    return result;
}

} // namespace gatehouse::kql::language
