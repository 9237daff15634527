// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/rows.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

namespace gatehouse {

namespace {

bool isStoredAsText(ColumnType type)
{
    return type == ColumnType::String || type == ColumnType::Guid || type == ColumnType::Dynamic ||
           type == ColumnType::Decimal;
}

/// Counts values in a table of slots that doubles; a slot remembers the first row with its value.
class Counter
{
public:
    explicit Counter(const Column& column)
        : m_column(column)
        , m_text(isStoredAsText(column.type()))
        , m_slots(1024)
    {}

    void add(std::uint32_t row)
    {
        if (m_column.isNull(row)) {
            if (m_nulls.count++ == 0)
                m_nulls.row = row;
            return;
        }
        const std::uint64_t hash = hashOf(row);
        std::size_t place = hash & (m_slots.size() - 1);
        while (m_slots[place].facet.count != 0) {
            Slot& slot = m_slots[place];
            if (slot.hash == hash && same(slot.facet.row, row)) {
                ++slot.facet.count;
                return;
            }
            place = (place + 1) & (m_slots.size() - 1);
        }
        m_slots[place] = {hash, {row, 1}};
        if (++m_used * 2 > m_slots.size())
            grow();
    }

    [[nodiscard]] Facets top(std::size_t most) const
    {
        Facets facets;
        for (const Slot& slot : m_slots) {
            if (slot.facet.count != 0)
                facets.top.push_back(slot.facet);
        }
        if (m_nulls.count != 0)
            facets.top.push_back(m_nulls);
        facets.distinct = facets.top.size();
        const std::size_t kept = std::min(most, facets.top.size());
        std::partial_sort(facets.top.begin(), facets.top.begin() + static_cast<std::ptrdiff_t>(kept),
                          facets.top.end(), [](const Facet& a, const Facet& b) {
                              return a.count != b.count ? a.count > b.count : a.row < b.row;
                          });
        facets.top.resize(kept);
        return facets;
    }

private:
    struct Slot
    {
        std::uint64_t hash = 0;
        Facet facet;
    };

    [[nodiscard]] std::uint64_t bitsOf(std::uint32_t row) const
    {
        switch (m_column.type()) {
        case ColumnType::Bool:
            return m_column.boolAt(row) ? 1 : 0;
        case ColumnType::Real: {
            const double value = m_column.realAt(row);
            return std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
        }
        default:
            return static_cast<std::uint64_t>(m_column.integerAt(row));
        }
    }

    [[nodiscard]] std::uint64_t hashOf(std::uint32_t row) const
    {
        if (m_text)
            return std::hash<std::string_view>{}(m_column.textAt(row));
        std::uint64_t bits = bitsOf(row); // splitmix64's last step
        bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
        bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
        return bits ^ (bits >> 31U);
    }

    [[nodiscard]] bool same(std::uint32_t a, std::uint32_t b) const
    {
        return m_text ? m_column.textAt(a) == m_column.textAt(b) : bitsOf(a) == bitsOf(b);
    }

    void grow()
    {
        std::vector<Slot> old(m_slots.size() * 4);
        std::swap(old, m_slots);
        for (const Slot& slot : old) {
            if (slot.facet.count == 0)
                continue;
            std::size_t place = slot.hash & (m_slots.size() - 1);
            while (m_slots[place].facet.count != 0)
                place = (place + 1) & (m_slots.size() - 1);
            m_slots[place] = slot;
        }
    }

    const Column& m_column;
    bool m_text;
    std::vector<Slot> m_slots;
    std::size_t m_used = 0;
    Facet m_nulls;
};

} // namespace

std::optional<Facets> facetsOf(const Column& column, std::span<const std::uint32_t> rows, std::size_t most,
                               const std::stop_token& stop)
{
    Counter counter(column);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i % StopEvery == 0 && stop.stop_requested())
            return std::nullopt;
        counter.add(rows[i]);
    }
    return counter.top(most);
}

std::vector<bool> emptyColumns(const Table& table)
{
    std::vector<bool> empty;
    for (const Column& column : table.columns()) {
        const bool nothing = column.nullCount() == column.size();
        const bool noText = column.type() == ColumnType::String && column.textBytes() == 0;
        empty.push_back(nothing || noText);
    }
    return empty;
}

void CellSummary::add(const Column& column, std::span<const std::uint32_t> rows)
{
    const bool whole = column.type() == ColumnType::Int || column.type() == ColumnType::Long;
    const bool number = whole || column.type() == ColumnType::Real || column.type() == ColumnType::Decimal;
    cells += rows.size();
    if (!number)
        return;
    for (const std::uint32_t row : rows) {
        const double value = column.numberAt(row);
        if (!std::isfinite(value))
            continue;
        smallest = numbers == 0 ? value : std::min(smallest, value);
        largest = numbers == 0 ? value : std::max(largest, value);
        sum += value;
        if (numbers == 0)
            wholeSum = 0;
        std::int64_t exact = 0;
        if (!whole || !wholeSum || __builtin_add_overflow(*wholeSum, column.integerAt(row), &exact))
            wholeSum.reset();
        else
            wholeSum = exact;
        ++numbers;
    }
}

} // namespace gatehouse
