// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"

#include "core/kql/values.h"

namespace gatehouse::kql {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::optional<element> JsonReader::read(std::string_view text)
{
    if (!m_ready) {
        if (m_parser.allocate(4096, 128) != simdjson::SUCCESS)
            return std::nullopt;
        m_ready = true;
    }
    m_buffer.assign(text);
    m_buffer.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    element out;
    if (m_parser.parse(m_buffer.data(), m_buffer.size(), false).get(out) != simdjson::SUCCESS)
        return std::nullopt;
    return out;
}

void appendJson(std::string& out, element value)
{
    // The depth is that of the reader, which bounds it.
    switch (value.type()) {
    case element_type::ARRAY: {
        out += '[';
        bool first = true;
        for (const element item : simdjson::dom::array(value)) {
            out += first ? "" : ",";
            first = false;
            appendJson(out, item);
        }
        out += ']';
        return;
    }
    case element_type::OBJECT: {
        out += '{';
        bool first = true;
        for (const auto& field : simdjson::dom::object(value)) {
            out += first ? "" : ",";
            first = false;
            appendJsonString(out, field.key);
            out += ':';
            appendJson(out, field.value);
        }
        out += '}';
        return;
    }
    case element_type::INT64:
        appendInteger(out, std::int64_t(value));
        return;
    case element_type::UINT64:
        out += std::to_string(std::uint64_t(value));
        return;
    case element_type::DOUBLE:
        appendJsonReal(out, double(value));
        return;
    case element_type::STRING:
        appendJsonString(out, std::string_view(value));
        return;
    case element_type::BOOL:
        out += bool(value) ? "true" : "false";
        return;
    case element_type::NULL_VALUE:
        out += "null";
        return;
    }
}

std::optional<std::string> dynamicFromText(JsonReader& reader, std::string_view text)
{
    if (text.empty())
        return std::nullopt;
    std::string out;
    if (const auto value = reader.read(text)) {
        if (value->is_null())
            return std::nullopt;
        appendJson(out, *value);
    } else {
        appendJsonString(out, text);
    }
    return out;
}

void appendDynamicText(std::string& out, element value)
{
    switch (value.type()) {
    case element_type::STRING:
        out += std::string_view(value);
        return;
    case element_type::BOOL:
        out += bool(value) ? "true" : "false";
        return;
    case element_type::NULL_VALUE:
        return;
    default:
        appendJson(out, value);
    }
}

} // namespace gatehouse::kql
