// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/keyredactor.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

struct KeyPattern
{
    std::string_view prefix;
    std::size_t least; ///< bytes of the secret
    bool (*allows)(char);
};

namespace {

bool isUpperOrDigit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isAlphanumeric(char c)
{
    return isUpperOrDigit(c) || (c >= 'a' && c <= 'z');
}

bool isUrlSafe(char c)
{
    return isAlphanumeric(c) || c == '_' || c == '-';
}

constexpr std::array<KeyPattern, 7> Patterns = {{{"sk-", 48, isAlphanumeric},
                                                 {"sk-proj-", 40, isUrlSafe},
                                                 {"sk-svcacct-", 40, isUrlSafe},
                                                 {"sk-ant-", 40, isUrlSafe},
                                                 {"ghp_", 36, isAlphanumeric},
                                                 {"github_pat_", 40, isUrlSafe},
                                                 {"AKIA", 16, isUpperOrDigit}}};
constexpr std::size_t LongestPrefix = 11;

std::size_t runOf(const KeyPattern& pattern, std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::find_if_not(text, pattern.allows) - text.begin());
}

struct Candidate
{
    std::size_t body = std::string_view::npos;
    const KeyPattern* pattern = nullptr;
};

/// The first secret that may begin at or after a place.
Candidate nextCandidate(std::string_view text, std::size_t from)
{
    Candidate first;
    for (const KeyPattern& pattern : Patterns) {
        const std::size_t start = from - std::min(from, pattern.prefix.size());
        const std::size_t at = text.find(pattern.prefix, start);
        if (at != std::string_view::npos && at + pattern.prefix.size() < first.body)
            first = {at + pattern.prefix.size(), &pattern};
    }
    return first;
}

} // namespace

void KeyScanner::feed(std::string_view text, std::vector<KeySpan>& spans)
{
    m_text += text;
    const std::string_view all = m_text;
    std::size_t at = m_searched - m_base;
    if (m_inKey != nullptr) {
        const std::size_t run = runOf(*m_inKey, all.substr(at));
        if (run > 0)
            spans.push_back({m_base + at, m_base + at + run, false});
        at += run;
        if (at < all.size())
            m_inKey = nullptr;
    }
    std::size_t decided = all.size();
    while (m_inKey == nullptr) {
        const Candidate candidate = nextCandidate(all, at);
        if (candidate.pattern == nullptr) {
            at = all.size();
            break;
        }
        const std::size_t run = runOf(*candidate.pattern, all.substr(candidate.body));
        const std::size_t end = candidate.body + run;
        if (run >= candidate.pattern->least) {
            spans.push_back({m_base + candidate.body, m_base + end, true});
            at = end;
            m_inKey = end == all.size() ? candidate.pattern : nullptr;
        } else if (end == all.size()) {
            decided = candidate.body;
            at = candidate.body;
            break;
        } else {
            at = candidate.body + 1;
        }
    }
    m_searched = m_base + at;
    m_decided = m_base + decided;
    // Only what may still be part of a key's prefix or of its secret is worth keeping.
    const std::size_t keep = std::min(at, decided);
    if (keep > LongestPrefix) {
        m_text.erase(0, keep - LongestPrefix);
        m_base += keep - LongestPrefix;
    }
}

std::string withoutSpans(std::string_view piece, std::size_t offset, const std::vector<KeySpan>& spans)
{
    std::string text;
    std::size_t copied = 0;
    for (const KeySpan& span : spans) {
        if (span.to <= offset || span.from >= offset + piece.size())
            continue;
        const std::size_t from = std::max(span.from, offset) - offset;
        const std::size_t to = std::min(span.to - offset, piece.size());
        text.append(piece.substr(copied, from - copied));
        if (span.begins && span.from >= offset)
            text += RedactedKey;
        copied = to;
    }
    return text.append(piece.substr(copied));
}

std::string KeyRedactor::feed(std::string_view text)
{
    m_held += text;
    m_scanner.feed(text, m_spans);
    return release();
}

std::string KeyRedactor::finish()
{
    m_scanner.finish();
    return release();
}

std::string KeyRedactor::release()
{
    const std::size_t ready = m_scanner.decided() - m_base;
    std::string text = withoutSpans(std::string_view(m_held).substr(0, ready), m_base, m_spans);
    m_held.erase(0, ready);
    m_base += ready;
    std::erase_if(m_spans, [this](const KeySpan& span) { return span.to <= m_base; });
    return text;
}

void redactKeys(std::string& text)
{
    KeyScanner scanner;
    std::vector<KeySpan> spans;
    scanner.feed(text, spans);
    if (!spans.empty())
        text = withoutSpans(text, 0, spans);
}

} // namespace gatehouse::local
