// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"
#include "core/kql/functions/conversion.h"

#include <algorithm>
#include <vector>

namespace gatehouse::kql {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

bool isWordByte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Walks the pairs of one text. Visit is called with key and value, both trimmed and without quotes.
class PairReader
{
public:
    PairReader(const KeyValueSpec& spec, std::string_view text)
        : m_spec(spec)
        , m_text(text)
    {}

    template <typename Visit>
    void delimited(Visit visit)
    {
        while (m_at < m_text.size()) {
            if (!readKey())
                return;
            std::string key = std::move(m_piece);
            readValue();
            visit(key, m_piece);
        }
    }

    /// Words between bytes that are no word: a known word is a key, the word behind it its value.
    template <typename IsKey, typename Visit>
    void undelimited(IsKey isKey, Visit visit)
    {
        std::string key;
        while (nextWord()) {
            if (!key.empty())
                visit(key, m_piece);
            key = key.empty() && isKey(m_piece) ? m_piece : std::string();
        }
    }

private:
    [[nodiscard]] bool at(std::string_view delimiter) const
    {
        return !delimiter.empty() && m_text.substr(m_at).starts_with(delimiter);
    }
    void skipBlanks()
    {
        while (m_at < m_text.size() && isBlank(m_text[m_at]))
            ++m_at;
    }
    [[nodiscard]] const std::pair<char, char>* quoteHere() const
    {
        for (const auto& quote : m_spec.quotes) {
            if (m_at < m_text.size() && m_text[m_at] == quote.first)
                return &quote;
        }
        return nullptr;
    }

    /// What stands in quotes here, into m_piece.
    void readQuoted(char closing)
    {
        m_piece.clear();
        for (++m_at; m_at < m_text.size() && m_text[m_at] != closing; ++m_at) {
            if (m_spec.escapes.find(m_text[m_at]) != std::string::npos && m_at + 1 < m_text.size())
                ++m_at;
            m_piece += m_text[m_at];
        }
        if (m_at < m_text.size())
            ++m_at;
    }

    /// The key before the next key delimiter; what a pair delimiter cuts off before that is no key.
    bool readKey()
    {
        while (m_at < m_text.size()) {
            skipBlanks();
            const auto* quote = quoteHere();
            if (quote == nullptr) {
                if (readPlainKey())
                    return true;
                continue;
            }
            readQuoted(quote->second);
            skipBlanks();
            if (at(m_spec.keyDelimiter)) {
                m_at += m_spec.keyDelimiter.size();
                return true;
            }
        }
        return false;
    }

    bool readPlainKey()
    {
        const std::size_t start = m_at;
        while (m_at < m_text.size()) {
            std::size_t end = m_at;
            const bool pairEnds = !at(m_spec.keyDelimiter) && at(m_spec.pairDelimiter);
            if (pairEnds) {
                m_at += m_spec.pairDelimiter.size();
                skipBlanks();
            }
            // Blanks between a key and its delimiter are no pair delimiter.
            if (at(m_spec.keyDelimiter) && (!pairEnds || trimmed(m_spec.pairDelimiter).empty())) {
                m_piece = trimmed(m_text.substr(start, end - start));
                m_at += m_spec.keyDelimiter.size();
                return true;
            }
            if (pairEnds)
                return false;
            ++m_at;
        }
        return false;
    }

    void readValue()
    {
        skipBlanks();
        if (const auto* quote = quoteHere()) {
            readQuoted(quote->second);
            while (m_at < m_text.size() && !at(m_spec.pairDelimiter))
                ++m_at;
            m_at = std::min(m_text.size(), m_at + m_spec.pairDelimiter.size());
            return;
        }
        const std::size_t start = m_at;
        std::size_t end = m_text.find(m_spec.pairDelimiter, start);
        if (m_spec.greedy) {
            const std::size_t key = m_text.find(m_spec.keyDelimiter, start);
            end = key == std::string_view::npos || key == start ? m_text.size()
                                                                : m_text.rfind(m_spec.pairDelimiter, key - 1);
            if (end < start)
                end = std::string_view::npos;
        }
        end = std::min(end, m_text.size());
        m_piece = trimmed(m_text.substr(start, end - start));
        m_at = std::min(m_text.size(), end + m_spec.pairDelimiter.size());
    }

    bool nextWord()
    {
        while (m_at < m_text.size() && !isWordByte(m_text[m_at])) {
            if (const auto* quote = quoteHere()) {
                readQuoted(quote->second);
                return true;
            }
            ++m_at;
        }
        const std::size_t start = m_at;
        while (m_at < m_text.size() && isWordByte(m_text[m_at]))
            ++m_at;
        m_piece = m_text.substr(start, m_at - start);
        return m_at > start;
    }

    const KeyValueSpec& m_spec;
    std::string_view m_text;
    std::size_t m_at = 0;
    std::string m_piece;
};

class KeyValuesStream final : public Stream
{
public:
    KeyValuesStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_spec(*node.keyValues)
        , m_input(std::move(input))
    {}

    Result<bool> next(Chunk& chunk) override
    {
        auto more = m_input->next(chunk);
        if (!more || !*more)
            return more;
        const View text = evaluate(m_evaluation, *m_node.exprs[0], chunk);
        std::vector<Column> columns;
        for (const Expansion& expansion : m_node.expansions)
            columns.emplace_back(std::string(), expansion.type);
        for (std::size_t row = 0; row < chunk.rows; ++row) {
            const std::size_t full = row % 1024 == 1023 ? columns.front().memoryBytes() * columns.size() : 0;
            readRow(m_evaluation.outgrown(full) ? std::string_view() : text.column->textAt(text.at(row)),
                    columns);
        }
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        chunk.columns.resize(m_node.schema.size());
        for (std::size_t i = 0; i < columns.size(); ++i)
            chunk.columns[m_node.expansions[i].column] = viewOf(std::move(columns[i]));
        return true;
    }

private:
    void readRow(std::string_view text, std::vector<Column>& columns)
    {
        const std::size_t size = columns.front().size();
        const auto visit = [&](std::string_view key, std::string_view value) {
            const auto found = std::find(m_spec.keys.begin(), m_spec.keys.end(), key);
            if (found == m_spec.keys.end())
                return;
            Column& column = columns[static_cast<std::size_t>(found - m_spec.keys.begin())];
            if (column.size() == size) // the first one counts
                appendValue(column, value);
        };
        PairReader reader(m_spec, text);
        if (!m_spec.regex.empty())
            matchPairs(text, visit);
        else if (!m_spec.keyDelimiter.empty())
            reader.delimited(visit);
        else
            reader.undelimited(
                [&](const std::string& word) {
                    return std::find(m_spec.keys.begin(), m_spec.keys.end(), word) != m_spec.keys.end();
                },
                visit);
        for (Column& column : columns) {
            if (column.size() == size)
                column.appendNull();
        }
    }

    template <typename Visit>
    void matchPairs(std::string_view text, Visit visit)
    {
        const re2::RE2* regex = m_evaluation.regex(m_spec.regex);
        if (regex == nullptr)
            return;
        const re2::StringPiece piece(text.data(), text.size());
        re2::StringPiece found[3];
        std::size_t at = 0;
        while (at <= text.size() && regex->Match(piece, at, text.size(), re2::RE2::UNANCHORED, found, 3)) {
            visit(trimmed({found[1].data(), found[1].size()}), trimmed({found[2].data(), found[2].size()}));
            const auto end = static_cast<std::size_t>(found[0].data() - text.data()) + found[0].size();
            at = found[0].empty() ? end + 1 : end;
        }
    }

    void appendValue(Column& column, std::string_view value)
    {
        if (column.type() == ColumnType::String) {
            column.appendText(value);
            return;
        }
        Datum datum;
        datum.null = false;
        datum.text = value;
        castFunction(ColumnType::String, column.type())(m_evaluation, std::span(&datum, 1), column);
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    const KeyValueSpec& m_spec;
    StreamPtr m_input;
};

} // namespace

StreamPtr openKeyValues(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<KeyValuesStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
