// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

namespace gatehouse {

namespace {

/// A row with what it is sorted by, as an unsigned number whose order is the value's.
struct Keyed
{
    std::uint64_t key;
    std::uint32_t row;
};

constexpr std::uint64_t SignBit = std::uint64_t{1} << 63U;
constexpr std::size_t SmallRun = 256; ///< below this, comparing is faster than counting

std::uint64_t keyOf(std::int64_t value)
{
    return static_cast<std::uint64_t>(value) ^ SignBit;
}

std::uint64_t keyOf(double value)
{
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value); // -0 equals 0
    return (bits & SignBit) != 0 ? ~bits : bits | SignBit;
}

/// Eight bytes of text from an offset on, the first one highest; zeros past the end.
std::uint64_t keyOf(std::string_view text, std::size_t offset)
{
    std::array<unsigned char, 8> bytes{};
    if (offset < text.size())
        std::memcpy(bytes.data(), text.data() + offset, std::min<std::size_t>(8, text.size() - offset));
    std::uint64_t key = 0;
    for (const unsigned char byte : bytes)
        key = key << 8U | byte;
    return key;
}

/// By the keys, stable: radix sort from the lowest byte, without the bytes that are the same everywhere.
void radixSort(std::span<Keyed> items, std::vector<Keyed>& spare)
{
    if (items.size() < SmallRun) {
        std::stable_sort(items.begin(), items.end(),
                         [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
        return;
    }
    std::array<std::array<std::uint32_t, 256>, 8> counts{};
    for (const Keyed& item : items) {
        for (unsigned byte = 0; byte < 8; ++byte)
            ++counts[byte][item.key >> (8 * byte) & 0xFFU];
    }
    spare.resize(std::max(spare.size(), items.size()));
    std::span<Keyed> from = items;
    std::span<Keyed> to = std::span(spare).first(items.size());
    for (unsigned byte = 0; byte < 8; ++byte) {
        auto& count = counts[byte];
        if (count[from.front().key >> (8 * byte) & 0xFFU] == items.size())
            continue;
        std::uint32_t place = 0;
        for (std::uint32_t& entry : count)
            place += std::exchange(entry, place);
        for (const Keyed& item : from)
            to[count[item.key >> (8 * byte) & 0xFFU]++] = item;
        std::swap(from, to);
    }
    if (from.data() != items.data())
        std::copy(from.begin(), from.end(), items.begin());
}

/// Sorts text eight bytes at a time: what the keys cannot tell apart is sorted by the bytes behind them.
class TextSorter
{
public:
    TextSorter(const Column& column, bool descending, const std::stop_token& stop)
        : m_column(column)
        , m_descending(descending)
        , m_stop(stop)
    {}

    /// False when it was stopped.
    bool sort(std::span<Keyed> items, std::size_t offset)
    {
        if (m_stop.stop_requested())
            return false;
        if (items.size() < SmallRun) {
            std::stable_sort(items.begin(), items.end(), [this](const Keyed& a, const Keyed& b) {
                const std::string_view left = m_column.textAt(a.row);
                const std::string_view right = m_column.textAt(b.row);
                return m_descending ? right < left : left < right;
            });
            return true;
        }
        offset += commonPrefix(items, offset);
        bool more = false; // some text goes on behind its key
        for (Keyed& item : items) {
            const std::string_view text = m_column.textAt(item.row);
            more = more || text.size() > offset + 8;
            const std::uint64_t key = keyOf(text, offset);
            item.key = m_descending ? ~key : key;
        }
        radixSort(items, m_spare);
        return !more || sortRuns(items, offset + 8);
    }

private:
    bool sortRuns(std::span<Keyed> items, std::size_t offset)
    {
        for (std::size_t start = 0; start < items.size();) {
            std::size_t end = start + 1;
            while (end < items.size() && items[end].key == items[start].key)
                ++end;
            if (end - start > 1 && !allEqual(items.subspan(start, end - start)) &&
                !sort(items.subspan(start, end - start), offset))
                return false;
            start = end;
        }
        return true;
    }

    [[nodiscard]] bool allEqual(std::span<const Keyed> items) const
    {
        const std::string_view first = m_column.textAt(items.front().row);
        return std::all_of(items.begin(), items.end(),
                           [&](const Keyed& item) { return m_column.textAt(item.row) == first; });
    }

    [[nodiscard]] std::size_t commonPrefix(std::span<const Keyed> items, std::size_t offset) const
    {
        const std::string_view first = m_column.textAt(items.front().row);
        std::size_t length = first.size() > offset ? first.size() - offset : 0;
        for (const Keyed& item : items) {
            const std::string_view text = m_column.textAt(item.row);
            length = std::min(length, text.size() > offset ? text.size() - offset : 0);
            if (length == 0)
                return 0;
            if (std::memcmp(first.data() + offset, text.data() + offset, length) == 0)
                continue;
            std::size_t same = 0;
            while (first[offset + same] == text[offset + same])
                ++same;
            length = same;
        }
        return length;
    }

    const Column& m_column;
    bool m_descending;
    const std::stop_token& m_stop;
    std::vector<Keyed> m_spare;
};

/// Numbers in text, smallest first; no number goes to the end like a null.
bool isMissing(const Column& column, std::uint32_t row)
{
    return column.isNull(row) || (column.type() == ColumnType::Real && std::isnan(column.realAt(row)));
}

std::uint64_t numericKey(const Column& column, std::uint32_t row)
{
    switch (column.type()) {
    case ColumnType::Bool:
        return column.boolAt(row) ? 1 : 0;
    case ColumnType::Real:
        return keyOf(column.realAt(row));
    case ColumnType::Decimal:
        return keyOf(column.numberAt(row));
    default:
        return keyOf(column.integerAt(row));
    }
}

bool isText(ColumnType type)
{
    return type == ColumnType::String || type == ColumnType::Guid || type == ColumnType::Dynamic;
}

} // namespace

RowNumbers allRows(const Table& table)
{
    RowNumbers rows(table.rowCount());
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

std::optional<RowNumbers> sortedBy(const Column& column, RowNumbers rows, bool descending,
                                   const std::stop_token& stop)
{
    RowNumbers missing;
    std::vector<Keyed> items;
    items.reserve(rows.size());
    const bool text = isText(column.type());
    for (const std::uint32_t row : rows) {
        if (isMissing(column, row)) {
            missing.push_back(row);
            continue;
        }
        const std::uint64_t key = text ? 0 : numericKey(column, row);
        items.push_back({descending ? ~key : key, row});
    }
    if (text) {
        TextSorter sorter(column, descending, stop);
        if (!items.empty() && !sorter.sort(items, 0))
            return std::nullopt;
    } else {
        std::vector<Keyed> spare;
        radixSort(items, spare);
    }
    if (stop.stop_requested())
        return std::nullopt;
    std::transform(items.begin(), items.end(), rows.begin(), [](const Keyed& item) { return item.row; });
    std::copy(missing.begin(), missing.end(), rows.begin() + static_cast<std::ptrdiff_t>(items.size()));
    return rows;
}

} // namespace gatehouse
