// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// What stands in the place of a key.
inline constexpr std::string_view RedactedKey = "[redacted]";

/// A part of a text that is a key, from its first byte on, counted from the start of the text. A long key may
/// come in several spans that follow one another: only the first begins.
struct KeySpan
{
    std::size_t from = 0;
    std::size_t to = 0;
    bool begins = true;
};

struct KeyPattern;

/// Finds keys in a text that comes in pieces: "sk-" and 48 letters or digits or more, the longer forms of
/// OpenAI and Anthropic ("sk-proj-…"), GitHub's tokens and AWS's key ids. The prefix says nothing and stays:
/// the secret behind it is the span. What is not decided yet is never more than a secret's own length.
class KeyScanner
{
public:
    /// Adds what was found to spans.
    void feed(std::string_view text, std::vector<KeySpan>& spans);
    /// The text ends: what was undecided is none.
    void finish() { m_decided = m_base + m_text.size(); }
    /// Everything before this is a key that was told, or none.
    [[nodiscard]] std::size_t decided() const { return m_decided; }

private:
    std::string m_text;     // from m_base on
    std::size_t m_base = 0; // all offsets are of the whole text
    std::size_t m_searched = 0;
    std::size_t m_decided = 0;
    const KeyPattern* m_inKey = nullptr;
};

/// A text in pieces without its keys; every other byte stays.
class KeyRedactor
{
public:
    [[nodiscard]] std::string feed(std::string_view text);
    [[nodiscard]] std::string finish();

private:
    [[nodiscard]] std::string release();

    KeyScanner m_scanner;
    std::vector<KeySpan> m_spans;
    std::string m_held;
    std::size_t m_base = 0; // where m_held begins
};

/// Replaces the keys in a whole text; one without any is not touched.
void redactKeys(std::string& text);

/// A piece that begins at an offset of its text, without what the spans cover.
[[nodiscard]] std::string withoutSpans(std::string_view piece, std::size_t offset,
                                       const std::vector<KeySpan>& spans);

} // namespace gatehouse::local
