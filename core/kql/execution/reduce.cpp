// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace gatehouse::kql {

namespace {

bool isLetterOrDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Groups texts by the words that many of them have at the same place; the other words become *. Texts
/// without such words are "others".
class ReduceStream final : public Stream
{
public:
    ReduceStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
        , m_inputMemory(evaluation)
        , m_wordMemory(evaluation)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        auto rows = collect(m_evaluation, *m_input, m_node.inputs[0]->schema, m_inputMemory);
        m_input.reset();
        if (!rows)
            return fail(rows.error());
        const View text = evaluate(m_evaluation, *m_node.exprs[0], *rows);
        m_support = m_node.reduce->threshold * static_cast<double>(rows->rows);
        for (std::size_t row = 0; row < rows->rows; ++row) {
            countWords(text.column->textAt(text.at(row)));
            if (row % 1024 != 0)
                continue;
            if (auto going = m_evaluation.checkStop(); !going)
                return fail(going.error());
            if (auto held = m_wordMemory.hold(m_wordBytes); !held)
                return fail(held.error());
        }
        std::vector<std::string> patterns;
        for (std::size_t row = 0; row < rows->rows; ++row)
            patterns.push_back(patternOf(text.column->textAt(text.at(row))));
        chunk = m_node.reduce->keepSource ? withPatterns(std::move(*rows), patterns) : groups(patterns, text);
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        return true;
    }

private:
    /// Calls visit(word, separators before it).
    template <typename Visit>
    void forEachWord(std::string_view text, Visit visit) const
    {
        const auto separates = [&](char c) {
            return !isLetterOrDigit(c) || m_node.reduce->characters.find(c) != std::string::npos;
        };
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t gap = at;
            while (at < text.size() && separates(text[at]))
                ++at;
            const std::size_t start = at;
            while (at < text.size() && !separates(text[at]))
                ++at;
            if (at > start)
                visit(text.substr(start, at - start), text.substr(gap, start - gap));
        }
    }

    static std::string keyOf(std::size_t place, std::string_view word)
    {
        return std::to_string(place) + ' ' + std::string(word);
    }

    void countWords(std::string_view text)
    {
        std::size_t place = 0;
        forEachWord(text, [&](std::string_view word, std::string_view) {
            if (++m_words[keyOf(place++, word)] == 1)
                m_wordBytes += word.size() + 64;
        });
    }

    /// "" when no word is frequent.
    std::string patternOf(std::string_view text) const
    {
        std::string pattern;
        bool frequent = false;
        std::size_t place = 0;
        forEachWord(text, [&](std::string_view word, std::string_view before) {
            const auto found = m_words.find(keyOf(place++, word));
            if (found != m_words.end() && static_cast<double>(found->second) > m_support) {
                if (!pattern.ends_with('*'))
                    pattern += before;
                pattern += word;
                frequent = true;
            } else if (!pattern.ends_with('*')) {
                pattern += '*';
            }
        });
        return frequent ? pattern : std::string();
    }

    [[nodiscard]] Chunk withPatterns(Chunk rows, const std::vector<std::string>& patterns) const
    {
        Column column("Pattern", ColumnType::String);
        for (const std::string& pattern : patterns)
            column.appendText(pattern.empty() ? "others" : pattern);
        rows.columns.push_back(viewOf(std::move(column)));
        return rows;
    }

    /// The patterns by their number of texts; the rest comes last.
    [[nodiscard]] Chunk groups(const std::vector<std::string>& patterns, const View& text) const
    {
        struct Group
        {
            std::string pattern;
            std::int64_t count = 0;
            std::size_t first = 0;
        };
        std::map<std::string, Group> found;
        Group others{"others", 0, 0};
        for (std::size_t row = 0; row < patterns.size(); ++row) {
            Group& group = patterns[row].empty() ? others : found[patterns[row]];
            if (++group.count == 1)
                group.first = row;
        }
        std::vector<Group> sorted;
        for (auto& [pattern, group] : found) {
            group.pattern = pattern;
            if (static_cast<double>(group.count) > m_support)
                sorted.push_back(group);
            else
                others.count += group.count;
        }
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const Group& a, const Group& b) { return a.count > b.count; });
        if (others.count > 0)
            sorted.push_back(others);
        Column names("Pattern", ColumnType::String);
        Column counts("Count", ColumnType::Long);
        Column examples("Representative", ColumnType::String);
        for (const Group& group : sorted) {
            const bool rest = group.pattern == "others";
            names.appendText(group.pattern);
            counts.appendInteger(group.count);
            examples.appendText(rest ? std::string_view() : text.column->textAt(text.at(group.first)));
        }
        Chunk out;
        out.rows = sorted.size();
        out.columns = {viewOf(std::move(names)), viewOf(std::move(counts)), viewOf(std::move(examples))};
        return out;
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    std::unordered_map<std::string, std::size_t> m_words; // by place and word
    std::size_t m_wordBytes = 0;
    double m_support = 0; // a word or pattern must be in more rows than that
    Reservation m_inputMemory;
    Reservation m_wordMemory;
};

} // namespace

StreamPtr openReduce(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<ReduceStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
