// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/chunker.h"

#include "core/local/gateway/tokens.h"

#include <algorithm>
#include <string_view>

namespace gatehouse::local {

namespace {

/// A sentence, or a piece of one that is too long for a chunk; offsets into the text of the section.
struct Unit
{
    std::size_t begin = 0;
    std::size_t end = 0;
    bool endsParagraph = false;
};

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Words whose point does not end a sentence.
bool isAbbreviation(std::string_view before)
{
    const std::size_t space = before.find_last_of(" \n\t(");
    const std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
    for (const std::string_view known : {"e.g", "i.e", "etc", "cf", "vs", "No", "no", "Art", "art", "Mr",
                                         "Mrs", "Ms", "Dr", "St", "approx", "Inc", "Ltd", "Co"}) {
        if (word == known)
            return true;
    }
    // Initials and the numbers of a list.
    return word.size() <= 2 && !word.empty() &&
           std::all_of(word.begin(), word.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }) &&
           (word.size() == 1 || (word.front() >= '0' && word.front() <= '9'));
}

/// A sentence ends behind . ! ? … or its CJK kin, with the quotes and brackets that close it, before a space.
bool endsSentence(std::string_view text, std::size_t at)
{
    std::size_t last = at;
    while (last > 0 && (text[last - 1] == '"' || text[last - 1] == '\'' || text[last - 1] == ')' ||
                        text[last - 1] == ']'))
        --last;
    if (text.substr(0, last).ends_with("\xE2\x80\x9D") || text.substr(0, last).ends_with("\xE2\x80\x99"))
        last -= 3;
    const std::string_view head = text.substr(0, last);
    if (head.ends_with("\xE2\x80\xA6") || head.ends_with("\xE3\x80\x82") || head.ends_with('!') ||
        head.ends_with('?'))
        return true;
    return head.ends_with('.') && !isAbbreviation(head.substr(0, head.size() - 1));
}

/// Cuts text into sentences; paragraphs end sentences, and so do lines (list items, rows of tables).
class Splitter
{
public:
    Splitter(std::string_view text, std::int64_t longest)
        : m_text(text)
        , m_longest(longest)
    {}

    std::vector<Unit> run()
    {
        std::size_t begin = 0;
        for (std::size_t i = 0; i < m_text.size(); ++i) {
            if (!isSpace(m_text[i]))
                continue;
            const bool line = m_text[i] == '\n';
            const bool paragraph = line && i + 1 < m_text.size() && m_text[i + 1] == '\n';
            if (line || endsSentence(m_text.substr(begin, i - begin), i - begin)) {
                add(begin, i, paragraph);
                begin = i + 1;
            }
        }
        add(begin, m_text.size(), true);
        return std::move(m_units);
    }

private:
    void add(std::size_t begin, std::size_t end, bool endsParagraph)
    {
        while (begin < end && isSpace(m_text[begin]))
            ++begin;
        while (end > begin && isSpace(m_text[end - 1]))
            --end;
        while (begin < end && estimateTokens(m_text.substr(begin, std::min(end - begin, most()))) > m_longest)
            begin = cut(begin, end);
        if (begin < end)
            m_units.push_back({begin, end, endsParagraph});
        else if (endsParagraph && !m_units.empty())
            m_units.back().endsParagraph = true;
    }

    /// No token estimate is needed for more text than could ever fit.
    [[nodiscard]] std::size_t most() const { return static_cast<std::size_t>(m_longest) * 4 + 4; }

    /// Adds the longest piece that fits, up to a space where there is one; answers where the rest begins.
    std::size_t cut(std::size_t begin, std::size_t end)
    {
        std::size_t fits = 0;
        for (std::size_t tooLong = std::min(end - begin, most()); tooLong - fits > 1;) {
            const std::size_t middle = (fits + tooLong) / 2;
            if (estimateTokens(m_text.substr(begin, middle)) <= m_longest)
                fits = middle;
            else
                tooLong = middle;
        }
        std::size_t at = begin + std::max<std::size_t>(fits, 1);
        while (at > begin + 1 && isContinuation(m_text[at]))
            --at;
        const std::size_t space = m_text.substr(begin, at + 1 - begin).find_last_of(" \n\t");
        if (space != std::string_view::npos && space > 0)
            at = begin + space;
        m_units.push_back({begin, at, false});
        while (at < end && isSpace(m_text[at]))
            ++at;
        return at;
    }

    std::string_view m_text;
    std::int64_t m_longest;
    std::vector<Unit> m_units;
};

class SectionChunker
{
public:
    SectionChunker(std::string_view text, std::int64_t size, std::int64_t overlap)
        : m_text(text)
        , m_size(size)
        , m_overlap(overlap)
        , m_units(Splitter(text, size - overlap).run())
    {}

    void run(std::optional<int> page, std::vector<Chunk>& out)
    {
        std::size_t begin = 0; // offset: a chunk may start inside a unit
        std::size_t first = 0; // unit that the last chunk had not
        while (first < m_units.size()) {
            const std::size_t last = lastUnit(begin, first);
            Chunk chunk;
            chunk.index = static_cast<std::int64_t>(out.size());
            chunk.page = page;
            chunk.text = m_text.substr(begin, m_units[last].end - begin);
            chunk.tokens = estimateTokens(chunk.text);
            out.push_back(std::move(chunk));
            first = last + 1;
            if (first < m_units.size())
                begin = overlapStart(last, begin, m_units[first].begin);
        }
    }

private:
    [[nodiscard]] std::int64_t tokens(std::size_t begin, std::size_t end) const
    {
        return estimateTokens(m_text.substr(begin, end - begin));
    }

    /// A short line without a point at its end is a heading; it belongs to what follows.
    [[nodiscard]] bool isHeading(std::size_t unit) const
    {
        const std::string_view text =
            m_text.substr(m_units[unit].begin, m_units[unit].end - m_units[unit].begin);
        return m_units[unit].endsParagraph && text.size() < 80 && !endsSentence(text, text.size()) &&
               !text.ends_with(':') && !text.ends_with(';');
    }

    /// The first unit from `first` on with which a chunk from begin has more than `most` tokens.
    [[nodiscard]] std::size_t firstBeyond(std::size_t begin, std::size_t first, std::int64_t most) const
    {
        // No token has more than four bytes, so that only a few units need an estimate.
        const std::size_t bytes = begin + static_cast<std::size_t>(most) * 4 + 1;
        const auto from = m_units.begin() + static_cast<std::ptrdiff_t>(first);
        const auto upTo =
            std::partition_point(from, m_units.end(), [bytes](const Unit& unit) { return unit.end < bytes; });
        const auto beyond = std::partition_point(
            from, upTo, [&](const Unit& unit) { return tokens(begin, unit.end) <= most; });
        return static_cast<std::size_t>(beyond - m_units.begin());
    }

    /// The last unit of the chunk that starts at begin and has to take `first` at least.
    [[nodiscard]] std::size_t lastUnit(std::size_t begin, std::size_t first) const
    {
        std::size_t last = std::max(firstBeyond(begin, first, m_size), first + 1) - 1;
        if (last + 1 == m_units.size())
            return last;
        const std::size_t halfFull = firstBeyond(begin, first, m_size / 2);
        for (std::size_t unit = last; unit > first && unit >= halfFull; --unit) {
            if (m_units[unit].endsParagraph && !isHeading(unit))
                return unit;
        }
        while (last > first && isHeading(last))
            --last;
        return last;
    }

    /// Where the next chunk starts: whole sentences before its first new one, else words, else nothing.
    [[nodiscard]] std::size_t overlapStart(std::size_t last, std::size_t begin, std::size_t next) const
    {
        std::size_t start = next;
        for (std::size_t unit = last + 1; unit-- > 0;) {
            if (m_units[unit].begin <= begin || tokens(m_units[unit].begin, next) > m_overlap)
                break;
            start = m_units[unit].begin;
        }
        if (start != next)
            return start;
        for (std::size_t i = m_units[last].end; i-- > m_units[last].begin + 1;) {
            if (isContinuation(m_text[i]))
                continue;
            if (i <= begin || tokens(i, next) > m_overlap)
                break;
            if (isSpace(m_text[i - 1]) && !isSpace(m_text[i]))
                start = i;
        }
        return start;
    }

    std::string_view m_text;
    std::int64_t m_size;
    std::int64_t m_overlap;
    std::vector<Unit> m_units;
};

} // namespace

std::vector<Chunk> chunkDocument(const ExtractedDocument& document, std::int64_t size, std::int64_t overlap)
{
    size = std::max<std::int64_t>(size, 16);
    overlap = std::clamp<std::int64_t>(overlap, 0, size / 4);
    std::vector<Chunk> chunks;
    for (const ExtractedSection& section : document.sections)
        SectionChunker(section.text, size, overlap).run(section.page, chunks);
    return chunks;
}

} // namespace gatehouse::local
