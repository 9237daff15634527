// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/table/celltext.h"
#include "core/table/jsonscanner.h"
#include "core/table/table.h"

#include <simdjson.h>

#include <limits>

namespace gatehouse {

namespace ondemand = simdjson::ondemand;

/// Appends the cells of one column (contracts §2.2). A private part of the row decoder: nothing else includes
/// simdjson. A cell that is refused is left unread, so that another type can be tried on it.
class CellReader
{
public:
    explicit CellReader(Column& column)
        : m_column(&column)
    {}

    [[nodiscard]] Column& column() const { return *m_column; }

    /// Whether the cell is what the column promises; if not, nothing was appended.
    [[nodiscard]] bool read(ondemand::value& cell)
    {
        switch (m_column->type()) {
        case ColumnType::Bool:
            return readBool(cell);
        case ColumnType::Int:
        case ColumnType::Long:
            return readInteger(cell);
        case ColumnType::Real:
            return readReal(cell);
        case ColumnType::Decimal:
            return readDecimal(cell);
        case ColumnType::DateTime:
        case ColumnType::Timespan:
            return readTime(cell);
        case ColumnType::Guid:
        case ColumnType::String:
            return readText(cell);
        case ColumnType::Dynamic:
            break;
        }
        return readDynamic(cell);
    }

private:
    /// The text of a string cell as it stands in the body, escapes and all; false when the cell is no string.
    /// simdjson has checked its UTF-8 and that no control character is in it.
    [[nodiscard]] static bool rawText(ondemand::value& cell, std::string_view& text)
    {
        const std::string_view token = cell.raw_json_token();
        if (token.front() != '"')
            return false;
        std::size_t length = token.size() - 1;
        while (token[length] != '"')
            --length; // white space behind it
        text = token.substr(1, length - 1);
        return true;
    }

    /// Steps over a string cell whose raw text was all that was wanted.
    static void skipText(ondemand::value& cell)
    {
        ondemand::raw_json_string taken;
        static_cast<void>(cell.get_raw_json_string().get(taken));
    }

    /// The text of a string cell. Most hold no escape and are spared the copy that undoing them takes.
    [[nodiscard]] static bool takeText(ondemand::value& cell, std::string_view& text)
    {
        if (!rawText(cell, text))
            return false;
        if (text.find('\\') != std::string_view::npos)
            return cell.get_string().get(text) == simdjson::SUCCESS;
        skipText(cell);
        return true;
    }

    [[nodiscard]] bool readNull(ondemand::value& cell)
    {
        bool null = false;
        if (cell.is_null().get(null) != simdjson::SUCCESS || !null)
            return false;
        m_column->appendNull();
        return true;
    }

    [[nodiscard]] bool readBool(ondemand::value& cell)
    {
        bool value = false;
        if (cell.get_bool().get(value) != simdjson::SUCCESS)
            return readNull(cell);
        m_column->appendBool(value);
        return true;
    }

    [[nodiscard]] bool readInteger(ondemand::value& cell)
    {
        std::int64_t value = 0;
        if (cell.get_int64().get(value) != simdjson::SUCCESS)
            return readNull(cell);
        m_column->appendInteger(value);
        return true;
    }

    [[nodiscard]] bool readReal(ondemand::value& cell)
    {
        double value = 0;
        std::string_view text;
        if (cell.get_double().get(value) == simdjson::SUCCESS) {
            m_column->appendReal(value);
            return true;
        }
        if (cell.get_string().get(text) != simdjson::SUCCESS)
            return readNull(cell);
        constexpr double Infinity = std::numeric_limits<double>::infinity();
        if (text == "NaN")
            m_column->appendReal(std::numeric_limits<double>::quiet_NaN());
        else if (text == "Infinity")
            m_column->appendReal(Infinity);
        else if (text == "-Infinity")
            m_column->appendReal(-Infinity);
        else
            return false;
        return true;
    }

    [[nodiscard]] bool readDecimal(ondemand::value& cell)
    {
        std::string_view text;
        if (cell.get_string().get(text) != simdjson::SUCCESS) {
            // As a number it keeps its own digits; get_double only says whether it is one.
            std::string_view token = cell.raw_json_token();
            if (cell.get_double().error() != simdjson::SUCCESS)
                return readNull(cell);
            while (!token.empty() && isJsonWhite(token.back()))
                token.remove_suffix(1);
            text = token;
        }
        if (!isDecimalText(text))
            return false;
        m_column->appendText(text);
        return true;
    }

    [[nodiscard]] bool readTime(ondemand::value& cell)
    {
        std::string_view text;
        if (!rawText(cell, text))
            return readNull(cell);
        // An escape is no part of a time, so the raw text will do; if it does not, what it stands for is
        // tried.
        std::int64_t ticks = 0;
        if (readTicks(text, ticks))
            skipText(cell);
        else if (cell.get_string().get(text) != simdjson::SUCCESS || !readTicks(text, ticks))
            return false;
        m_column->appendInteger(ticks);
        return true;
    }

    [[nodiscard]] bool readTicks(std::string_view text, std::int64_t& ticks)
    {
        if (m_column->type() == ColumnType::DateTime)
            return m_moments.read(text, ticks);
        const auto span = parseTimespan(text);
        ticks = span ? span->count() : 0;
        return span.has_value();
    }

    [[nodiscard]] bool readText(ondemand::value& cell)
    {
        std::string_view text;
        if (!takeText(cell, text))
            return readNull(cell);
        m_column->appendText(text);
        return true;
    }

    [[nodiscard]] bool readDynamic(ondemand::value& cell)
    {
        std::string_view text;
        if (takeText(cell, text)) {
            m_column->appendText(text);
            return true;
        }
        if (readNull(cell))
            return true;
        // Native JSON. simdjson steps over it unread, so it has to be proved here.
        ondemand::json_type type{};
        if (cell.type().get(type) != simdjson::SUCCESS)
            return false;
        if (type == ondemand::json_type::array || type == ondemand::json_type::object) {
            if (simdjson::to_json_string(cell).get(text) != simdjson::SUCCESS)
                return false;
        } else {
            text = cell.raw_json_token();
            bool flag = false;
            if (type == ondemand::json_type::number ? cell.get_double().error() != simdjson::SUCCESS
                                                    : cell.get_bool().get(flag) != simdjson::SUCCESS)
                return false;
        }
        while (!text.empty() && isJsonWhite(text.back()))
            text.remove_suffix(1);
        if (!parseJson(text))
            return false;
        m_column->appendText(text);
        return true;
    }

    Column* m_column;
    DateTimeReader m_moments;
};

} // namespace gatehouse
