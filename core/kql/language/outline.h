// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/language.h"
#include "core/kql/language/pieces.h"

#include <vector>

namespace gatehouse::kql::language {

constexpr std::size_t Nowhere = static_cast<std::size_t>(-1);

/// What stands between brackets, or the whole block. open and close are indices of pieces.
struct Group
{
    std::size_t open = Nowhere;
    std::size_t close = Nowhere;  ///< Nowhere: never closed
    std::size_t parent = Nowhere; ///< the segment that it stands in; Nowhere for the block
    std::vector<std::size_t> segments;
};

/// A part of a group between two semicolons: a statement, or the text of an expression.
struct Segment
{
    std::size_t group = 0;
    std::size_t first = 0; ///< pieces [first, last)
    std::size_t last = 0;
    std::vector<std::size_t> pipes; ///< those of this level
};

/// The brackets, statements and pipes of a block, found without parsing it, so that half a query has them
/// too. Pieces are those without the comments. Depth costs no recursion: groups and segments are lists.
struct Outline
{
    std::vector<Piece> code;
    std::vector<Group> groups; ///< the first one is the block
    std::vector<Segment> segments;
    std::vector<std::size_t> partner; ///< of each bracket; Nowhere for other pieces and without one
    std::vector<std::size_t> owner;   ///< the segment of each piece; of brackets the one around them
    std::vector<std::size_t> inside;  ///< the group that an opening bracket opens
    std::size_t innermost = 0;        ///< the segment that the end of the text stands in

    /// The index behind a piece on its own level: behind its closing bracket when it opens one.
    [[nodiscard]] std::size_t next(std::size_t piece) const
    {
        return partner[piece] != Nowhere && partner[piece] > piece ? partner[piece] + 1 : piece + 1;
    }
    [[nodiscard]] bool isAt(std::size_t piece, std::string_view text) const
    {
        return piece < code.size() && code[piece].is(text);
    }
    [[nodiscard]] bool opens(const Group& group, std::string_view bracket) const
    {
        return group.open != Nowhere && code[group.open].is(bracket);
    }
    [[nodiscard]] const Segment& segmentOf(std::size_t piece) const
    {
        return segments[piece < owner.size() ? owner[piece] : innermost];
    }
    [[nodiscard]] const Group& groupOf(const Segment& segment) const { return groups[segment.group]; }
    /// Where the stage begins that a piece of this segment belongs to: behind a pipe, or the segment's first
    /// piece.
    [[nodiscard]] std::size_t stageStart(const Segment& segment, std::size_t piece) const;
};

[[nodiscard]] Outline outlineOf(const std::vector<Piece>& pieces);

/// The blocks of a text in their order: from their first piece to the end of their last one.
[[nodiscard]] std::vector<Span> blocksOf(const std::vector<Piece>& pieces, std::string_view text);

} // namespace gatehouse::kql::language
