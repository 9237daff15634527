// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textdiff.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace gatehouse {

namespace {

using Kind = DiffLine::Kind;

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find('\n', start);
        lines.push_back(text.substr(start, end - start));
        if (end == std::string_view::npos)
            return lines;
        start = end + 1;
    }
}

/// Lines as numbers, equal where the lines are: comparing is then one step.
class Interner
{
public:
    std::vector<int> idsOf(const std::vector<std::string_view>& lines)
    {
        std::vector<int> ids;
        ids.reserve(lines.size());
        for (const std::string_view line : lines)
            ids.push_back(m_ids.try_emplace(line, static_cast<int>(m_ids.size())).first->second);
        return ids;
    }

private:
    std::unordered_map<std::string_view, int> m_ids;
};

/// Myers' greedy search. furthest[k] is how far into a the best path of d edits gets on the diagonal
/// k = x − y; the rounds are kept to walk the path back.
class Search
{
public:
    Search(const std::vector<int>& a, const std::vector<int>& b, int maxEdits)
        : m_a(a)
        , m_b(b)
        , m_limit(std::min(maxEdits, width() + height()))
        , m_furthest(2 * static_cast<std::size_t>(m_limit) + 3)
    {}

    /// The kinds in order; empty when it takes more edits than are allowed.
    std::optional<std::vector<Kind>> run()
    {
        for (int edits = 0; edits <= m_limit; ++edits) {
            m_rounds.push_back(window(edits));
            for (int k = -edits; k <= edits; k += 2) {
                int x = isDown(k, edits) ? at(k + 1) : at(k - 1) + 1;
                while (x < width() && x - k < height() &&
                       m_a[static_cast<std::size_t>(x)] == m_b[static_cast<std::size_t>(x - k)])
                    ++x;
                at(k) = x;
                if (x >= width() && x - k >= height())
                    return walkBack(edits);
            }
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] int width() const { return static_cast<int>(m_a.size()); }
    [[nodiscard]] int height() const { return static_cast<int>(m_b.size()); }
    int& at(int k) { return m_furthest[static_cast<std::size_t>(k + m_limit + 1)]; }
    bool isDown(int k, int edits) { return k == -edits || (k != edits && at(k - 1) < at(k + 1)); }

    /// What round edits begins with: the diagonals that the rounds before it reached.
    std::vector<int> window(int edits)
    {
        std::vector<int> kept;
        for (int k = -edits; k <= edits; ++k)
            kept.push_back(at(k));
        return kept;
    }

    std::vector<Kind> walkBack(int edits)
    {
        std::vector<Kind> kinds;
        int x = width();
        int y = height();
        for (; edits > 0; --edits) {
            const std::vector<int>& kept = m_rounds[static_cast<std::size_t>(edits)];
            for (int k = -edits; k <= edits; ++k)
                at(k) = kept[static_cast<std::size_t>(k + edits)];
            const int k = x - y;
            const bool down = isDown(k, edits);
            const int fromX = down ? at(k + 1) : at(k - 1);
            const int fromY = fromX - (down ? k + 1 : k - 1);
            for (; x > fromX && y > fromY; --x, --y)
                kinds.push_back(Kind::Same);
            kinds.push_back(down ? Kind::Added : Kind::Removed);
            x = fromX;
            y = fromY;
        }
        kinds.insert(kinds.end(), static_cast<std::size_t>(x), Kind::Same);
        std::reverse(kinds.begin(), kinds.end());
        return kinds;
    }

    const std::vector<int>& m_a;
    const std::vector<int>& m_b;
    int m_limit;
    std::vector<int> m_furthest;
    std::vector<std::vector<int>> m_rounds;
};

std::vector<Kind> kindsOf(std::vector<int> a, std::vector<int> b, int maxEdits)
{
    const auto head = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
    a.erase(a.begin(), a.begin() + head);
    b.erase(b.begin(), b.begin() + head);
    const auto tail = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin();
    a.resize(a.size() - static_cast<std::size_t>(tail));
    b.resize(b.size() - static_cast<std::size_t>(tail));

    std::vector<Kind> kinds(static_cast<std::size_t>(head), Kind::Same);
    if (const auto found = Search(a, b, maxEdits).run()) {
        kinds.insert(kinds.end(), found->begin(), found->end());
    } else {
        kinds.insert(kinds.end(), a.size(), Kind::Removed);
        kinds.insert(kinds.end(), b.size(), Kind::Added);
    }
    kinds.insert(kinds.end(), static_cast<std::size_t>(tail), Kind::Same);
    return kinds;
}

} // namespace

std::vector<DiffLine> diffLines(std::string_view before, std::string_view after, int maxEdits)
{
    const std::vector<std::string_view> from = linesOf(before);
    const std::vector<std::string_view> to = linesOf(after);
    Interner interner;
    std::vector<int> fromIds = interner.idsOf(from);
    std::vector<int> toIds = interner.idsOf(to);
    std::vector<DiffLine> lines;
    int x = 0;
    int y = 0;
    for (const Kind kind : kindsOf(std::move(fromIds), std::move(toIds), maxEdits)) {
        DiffLine line;
        line.kind = kind;
        line.text = kind == Kind::Added ? to[static_cast<std::size_t>(y)] : from[static_cast<std::size_t>(x)];
        line.before = kind == Kind::Added ? 0 : ++x;
        line.after = kind == Kind::Removed ? 0 : ++y;
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<DiffLine> foldUnchanged(const std::vector<DiffLine>& lines, int context)
{
    std::vector<char> kept(lines.size(), 0);
    const auto size = static_cast<std::ptrdiff_t>(lines.size());
    std::ptrdiff_t keptTo = 0; // no line is marked twice, however near the differences are
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        if (lines[static_cast<std::size_t>(i)].kind == Kind::Same)
            continue;
        const std::ptrdiff_t end = std::min(size, i + context + 1);
        for (std::ptrdiff_t j = std::max(keptTo, i - context); j < end; ++j)
            kept[static_cast<std::size_t>(j)] = 1;
        keptTo = std::max(keptTo, end);
    }
    std::vector<DiffLine> folded;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (kept[i] != 0) {
            folded.push_back(lines[i]);
            continue;
        }
        if (folded.empty() || folded.back().kind != Kind::Gap) {
            folded.emplace_back();
            folded.back().kind = Kind::Gap;
            folded.back().before = lines[i].before;
            folded.back().after = lines[i].after;
        }
        ++folded.back().hidden;
    }
    return folded;
}

} // namespace gatehouse
