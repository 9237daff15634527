// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/local/rag/extract/cleantext.h"
#include "core/local/rag/extract/readers.h"
#include "core/local/rag/extract/reply.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

void appendUtf8(std::string& out, char32_t c)
{
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0U | (c >> 6U));
        out += static_cast<char>(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0U | (c >> 12U));
        out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (c & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (c >> 18U));
        out += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (c & 0x3FU));
    }
}

/// A lone surrogate and half a unit at the end become U+FFFD.
std::string fromUtf16(std::string_view bytes, bool bigEndian)
{
    const auto unitAt = [bytes, bigEndian](std::size_t i) -> char32_t {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const auto second = static_cast<unsigned char>(bytes[i + 1]);
        return bigEndian ? (char32_t{first} << 8U) | second : (char32_t{second} << 8U) | first;
    };
    std::string out;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) {
        char32_t c = unitAt(i);
        if (c >= 0xD800 && c <= 0xDBFF && i + 3 < bytes.size()) {
            const char32_t low = unitAt(i + 2);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
                i += 2;
            }
        }
        appendUtf8(out, c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
    }
    if (i < bytes.size())
        appendUtf8(out, 0xFFFD);
    return out;
}

/// Windows-1252, of which Latin-1 is the part that is text.
std::string fromWindows1252(std::string_view bytes)
{
    static constexpr std::array<char32_t, 32> high{
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        appendUtf8(out, byte >= 0x80U && byte < 0xA0U ? high[byte - 0x80U] : byte);
    }
    return out;
}

/// UTF-8 with a damaged spot is still UTF-8: most of its bytes beyond ASCII make characters.
bool isMostlyUtf8(std::string_view bytes)
{
    std::size_t good = 0;
    std::size_t bad = 0;
    for (const char c : toValidUtf8(bytes))
        good += (static_cast<unsigned char>(c) & 0xC0U) == 0xC0U ? 1 : 0;
    const std::string valid = toValidUtf8(bytes);
    for (std::size_t at = valid.find("\xEF\xBF\xBD"); at != std::string::npos;
         at = valid.find("\xEF\xBF\xBD", at + 3))
        ++bad;
    return good - bad > bad;
}

std::string decode(std::string_view bytes)
{
    if (bytes.starts_with("\xFF\xFE"))
        return fromUtf16(bytes.substr(2), false);
    if (bytes.starts_with("\xFE\xFF"))
        return fromUtf16(bytes.substr(2), true);
    if (isValidUtf8(bytes) || bytes.starts_with("\xEF\xBB\xBF") || isMostlyUtf8(bytes))
        return toValidUtf8(bytes);
    return fromWindows1252(bytes);
}

/// Text holds no NUL, and next to no control characters but those that move the cursor.
bool looksBinary(std::string_view text)
{
    std::size_t controls = 0;
    for (const char c : text) {
        if (c == '\0')
            return true;
        const auto byte = static_cast<unsigned char>(c);
        const bool moves = c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\b' || c == '\x1B';
        controls += byte < 0x20U && !moves ? 1 : 0;
    }
    return controls > 2 + text.size() / 500;
}

} // namespace

Result<ExtractedDocument> readPlainText(std::string_view bytes, const ExtractionLimits& limits)
{
    const std::string text = decode(bytes);
    if (looksBinary(text))
        return refuse("TypeMismatch", "The file is named .txt, but it holds binary data.",
                      "Upload plain text in UTF-8, UTF-16 or Latin-1.");
    std::string clean = cleanText(text);
    if (clean.empty())
        return refuse("NoText", "The file holds no text, only blanks.", "Choose a file with text in it.");
    if (clean.size() > limits.textBytes)
        return refuse("DocumentTooLarge", "The text is too long.", "Split it into several files.");
    ExtractedDocument document;
    document.mediaType = TextType;
    document.sections.push_back({std::nullopt, std::move(clean)});
    return document;
}

} // namespace gatehouse::local
