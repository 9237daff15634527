// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/rowcodec.h"

#include <bit>

namespace gatehouse::local {

namespace {

/// A cursor over one row; after a damaged field everything reads as zero.
class Cursor
{
public:
    explicit Cursor(std::string_view bytes)
        : m_at(bytes.data())
        , m_end(bytes.data() + bytes.size())
    {}

    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; m_at != m_end && shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(*m_at++);
            value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
            if (byte < 0x80U)
                return value;
        }
        m_at = m_end;
        return 0;
    }

    std::string_view text()
    {
        const std::uint64_t size = varint();
        if (size > static_cast<std::uint64_t>(m_end - m_at)) {
            m_at = m_end;
            return {};
        }
        const std::string_view value(m_at, size);
        m_at += size;
        return value;
    }

    double real()
    {
        double value = 0;
        if (m_end - m_at < static_cast<std::ptrdiff_t>(sizeof value)) {
            m_at = m_end;
            return 0;
        }
        std::memcpy(&value, m_at, sizeof value);
        m_at += sizeof value;
        return value;
    }

private:
    const char* m_at;
    const char* m_end;
};

enum class Storage { Text, Integer, Bool, Real };

Storage storageOf(ColumnType type)
{
    switch (type) {
    case ColumnType::Bool:
        return Storage::Bool;
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        return Storage::Integer;
    case ColumnType::Real:
        return Storage::Real;
    default:
        return Storage::Text;
    }
}

struct Slot
{
    Storage storage = Storage::Text;
    Column* target = nullptr; ///< null: skip
};

void takeField(Cursor& cursor, const Slot& slot)
{
    switch (slot.storage) {
    case Storage::Text:
        if (const auto value = cursor.text(); slot.target != nullptr)
            slot.target->appendText(value);
        break;
    case Storage::Integer:
        if (const auto value = cursor.varint(); slot.target != nullptr)
            slot.target->appendInteger(unzigzag(value));
        break;
    case Storage::Bool:
        if (const auto value = cursor.varint(); slot.target != nullptr)
            slot.target->appendBool(value != 0);
        break;
    case Storage::Real:
        if (const auto value = cursor.real(); slot.target != nullptr)
            slot.target->appendReal(value);
        break;
    }
}

void appendMissing(Column& column, const std::string& constant)
{
    if (constant.empty())
        column.appendNull();
    else
        column.appendText(constant);
}

} // namespace

std::optional<RowHeader> RowHeader::read(std::string_view bytes)
{
    if (bytes.size() < Size)
        return std::nullopt;
    RowHeader header;
    std::memcpy(&header.table, bytes.data(), 1);
    std::memcpy(&header.length, bytes.data() + 1, 4);
    std::memcpy(&header.ticks, bytes.data() + 5, 8);
    std::memcpy(&header.mask, bytes.data() + 13, 8);
    if (header.length < Size || header.length > bytes.size())
        return std::nullopt;
    return header;
}

Table decodeRows(const std::string& tableName, const std::vector<StoredColumn>& columns,
                 std::span<const std::size_t> wanted, std::string_view rows, std::size_t rowCount)
{
    Table table(tableName);
    std::vector<Slot> slots(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        slots[i].storage = storageOf(columns[i].schema.type);
    for (const std::size_t index : wanted)
        table.addColumn(columns[index].schema.name, columns[index].schema.type).reserve(rowCount);
    // Only now: adding a column moves the ones before it.
    Column* time = nullptr;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        slots[wanted[i]].target = &table.column(i);
        if (columns[wanted[i]].schema.name == "TimeGenerated")
            time = &table.column(i);
    }
    while (const auto header = RowHeader::read(rows)) {
        Cursor cursor(rows.substr(RowHeader::Size, header->length - RowHeader::Size));
        for (std::uint64_t left = header->mask; left != 0; left &= left - 1) {
            const auto index = static_cast<std::size_t>(std::countr_zero(left));
            if (index >= slots.size())
                break; // written by a newer version
            takeField(cursor, slots[index]);
        }
        for (const std::size_t index : wanted) {
            Column& column = *slots[index].target;
            if (&column == time)
                column.appendInteger(header->ticks);
            else if (index >= RowHeader::MaxColumns || (header->mask >> index & 1U) == 0)
                appendMissing(column, columns[index].constant);
        }
        rows.remove_prefix(header->length);
    }
    return table;
}

} // namespace gatehouse::local
