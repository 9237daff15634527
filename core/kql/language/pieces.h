// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gatehouse::kql::language {

enum class PieceKind : std::uint8_t {
    Word, ///< identifiers, keywords, operator names with hyphens, "!has", "in~"
    Text,
    Number, ///< also timespans
    Typed,  ///< datetime(…) and the like, as one piece
    Mark,
    Comment,
    Broken ///< what the lexer refuses: a stray byte, or a literal without its end
};

/// A token of a text that may be broken anywhere. Bytes are those of the text; it must outlive the piece.
struct Piece
{
    PieceKind kind = PieceKind::Broken;
    std::size_t start = 0;
    std::string_view text;

    [[nodiscard]] std::size_t end() const { return start + text.size(); }
    [[nodiscard]] bool is(std::string_view what) const
    {
        return (kind == PieceKind::Word || kind == PieceKind::Mark) && text == what;
    }
    [[nodiscard]] bool isWord() const { return kind == PieceKind::Word; }
};

/// All of a text in the tokens of the engine's lexer, which is set up again behind whatever it refuses.
/// Comments are pieces too, white space is not. No pieces for a text that is longer than queries may be.
[[nodiscard]] std::vector<Piece> piecesOf(std::string_view text);

/// Whether an offset stands inside of a literal or a comment, where nothing can be completed.
[[nodiscard]] bool insideLiteral(const std::vector<Piece>& pieces, std::size_t offset);

} // namespace gatehouse::kql::language
