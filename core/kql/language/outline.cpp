// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/outline.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql::language {

namespace {

constexpr std::string_view Openers = "([{";
constexpr std::string_view Closers = ")]}";

std::size_t bracketIn(std::string_view list, const Piece& piece)
{
    return piece.kind == PieceKind::Mark && piece.text.size() == 1 ? list.find(piece.text[0])
                                                                   : std::string_view::npos;
}

/// The partner of each bracket. One that has none hides nothing from those around it.
std::vector<std::size_t> partnersOf(const std::vector<Piece>& pieces)
{
    std::vector<std::size_t> partner(pieces.size(), Nowhere);
    std::vector<std::size_t> open;
    std::array<std::size_t, 3> waiting{};
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::size_t opener = bracketIn(Openers, pieces[i]);
        if (opener != std::string_view::npos) {
            open.push_back(i);
            ++waiting[opener];
            continue;
        }
        const std::size_t closer = bracketIn(Closers, pieces[i]);
        if (closer == std::string_view::npos || waiting[closer] == 0)
            continue;
        while (true) {
            const std::size_t last = open.back();
            const std::size_t kind = bracketIn(Openers, pieces[last]);
            open.pop_back();
            --waiting[kind];
            if (kind != closer)
                continue;
            partner[last] = i;
            partner[i] = last;
            break;
        }
    }
    return partner;
}

/// Reads the pieces once from left to right.
class OutlineBuilder
{
public:
    explicit OutlineBuilder(Outline& outline)
        : m_outline(outline)
    {}

    void run()
    {
        open(Nowhere, Nowhere);
        m_outline.owner.reserve(m_outline.code.size());
        m_outline.inside.assign(m_outline.code.size(), Nowhere);
        for (std::size_t i = 0; i < m_outline.code.size(); ++i) {
            const Piece& piece = m_outline.code[i];
            const std::size_t around = current();
            if (bracketIn(Openers, piece) != std::string_view::npos)
                open(i, around);
            else if (bracketIn(Closers, piece) != std::string_view::npos && m_outline.partner[i] != Nowhere)
                close(i);
            else if (piece.is(";"))
                nextSegment(i);
            else if (piece.is("|"))
                m_outline.segments[current()].pipes.push_back(i);
            const bool opened = m_outline.inside[i] != Nowhere;
            m_outline.owner.push_back(opened ? around : current());
        }
        m_outline.innermost = current();
        for (const std::size_t group : m_open)
            m_outline.segments[m_outline.groups[group].segments.back()].last = m_outline.code.size();
    }

private:
    [[nodiscard]] std::size_t current() const { return m_outline.groups[m_open.back()].segments.back(); }

    void open(std::size_t piece, std::size_t parent)
    {
        m_open.push_back(m_outline.groups.size());
        if (piece != Nowhere)
            m_outline.inside[piece] = m_outline.groups.size();
        Group group;
        group.open = piece;
        group.parent = parent;
        m_outline.groups.push_back(std::move(group));
        addSegment(piece == Nowhere ? 0 : piece + 1);
    }

    void addSegment(std::size_t first)
    {
        Segment segment;
        segment.group = m_open.back();
        segment.first = first;
        segment.last = first;
        m_outline.groups[m_open.back()].segments.push_back(m_outline.segments.size());
        m_outline.segments.push_back(std::move(segment));
    }

    void nextSegment(std::size_t semicolon)
    {
        m_outline.segments[current()].last = semicolon;
        addSegment(semicolon + 1);
    }

    /// Groups inside that were never closed end here too.
    void close(std::size_t piece)
    {
        while (true) {
            Group& group = m_outline.groups[m_open.back()];
            m_outline.segments[group.segments.back()].last = piece;
            m_open.pop_back();
            if (group.open == m_outline.partner[piece]) {
                group.close = piece;
                break;
            }
        }
    }

    Outline& m_outline;
    std::vector<std::size_t> m_open;
};

/// An empty line between two offsets that have white space and nothing else between them.
bool emptyLineBetween(std::string_view text, std::size_t from, std::size_t to)
{
    return std::count(text.begin() + static_cast<std::ptrdiff_t>(from),
                      text.begin() + static_cast<std::ptrdiff_t>(to), '\n') > 1;
}

} // namespace

std::size_t Outline::stageStart(const Segment& segment, std::size_t piece) const
{
    const auto after = std::upper_bound(segment.pipes.begin(), segment.pipes.end(), piece);
    return after == segment.pipes.begin() ? segment.first : *(after - 1) + 1;
}

Outline outlineOf(const std::vector<Piece>& pieces)
{
    Outline outline;
    outline.code.reserve(pieces.size());
    std::copy_if(pieces.begin(), pieces.end(), std::back_inserter(outline.code),
                 [](const Piece& piece) { return piece.kind != PieceKind::Comment; });
    outline.partner = partnersOf(outline.code);
    OutlineBuilder(outline).run();
    return outline;
}

std::vector<Span> blocksOf(const std::vector<Piece>& pieces, std::string_view text)
{
    const std::vector<std::size_t> partner = partnersOf(pieces);
    std::vector<Span> blocks;
    std::size_t shielded = 0; // pieces before this index stand inside of brackets
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool starts =
            blocks.empty() || (i >= shielded && emptyLineBetween(text, pieces[i - 1].end(), pieces[i].start));
        if (starts)
            blocks.push_back({pieces[i].start, 0});
        blocks.back().length = pieces[i].end() - blocks.back().start;
        if (partner[i] != Nowhere && partner[i] > i)
            shielded = std::max(shielded, partner[i] + 1);
    }
    return blocks;
}

} // namespace gatehouse::kql::language
