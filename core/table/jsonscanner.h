// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

/// White space between JSON tokens.
[[nodiscard]] constexpr bool isJsonWhite(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Walks JSON text member by member without reading the values: it only finds where each one ends, so that a
/// document of any size can be taken apart in place. It checks brackets and quotes; what stands between them
/// is the business of whoever reads the value. Keeps a view; the text must outlive it and keep its length.
class JsonScanner
{
public:
    explicit JsonScanner(std::string_view text, std::size_t offset = 0);

    [[nodiscard]] std::size_t offset() const { return m_offset; }
    void seek(std::size_t offset) { m_offset = offset; }

    /// The next byte that is no white space, or NUL at the end of the text.
    [[nodiscard]] char peek();
    /// Takes that byte if it is this one.
    [[nodiscard]] bool take(char expected);
    /// Only white space is left.
    [[nodiscard]] bool atEnd();
    /// The key of a member, its colon taken; escapes are left as they stand. Empty when there is none.
    [[nodiscard]] std::optional<std::string_view> key();
    /// Steps over one value and answers its text. Empty when the text ends first or no value stands here.
    [[nodiscard]] std::optional<std::string_view> value();
    /// In an array: steps over elements until offset() is at or past this place and between two elements
    /// (then true, standing on the comma) or at the array's end (then false, standing on the bracket).
    [[nodiscard]] std::optional<bool> skipElementsTo(std::size_t place);

private:
    [[nodiscard]] bool skipString();
    [[nodiscard]] bool skipContainer();

    std::string_view m_text;
    std::size_t m_offset;
};

} // namespace gatehouse
