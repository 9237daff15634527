// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::kql {

/// Reads dynamic values, which are kept as JSON text, one at a time; what it answers is valid until the next
/// read. One thread.
class JsonReader
{
public:
    /// Empty when the text is no JSON (or nested deeper than 128).
    [[nodiscard]] std::optional<simdjson::dom::element> read(std::string_view text);

private:
    simdjson::dom::parser m_parser{16U << 20U};
    std::string m_buffer;
    bool m_ready = false;
};

/// Appends the JSON of an element, compact, with the order of its keys.
void appendJson(std::string& out, simdjson::dom::element element);

/// JSON text as the compact JSON that a dynamic column holds. Text that is no JSON becomes a JSON string;
/// empty text has no value.
[[nodiscard]] std::optional<std::string> dynamicFromText(JsonReader& reader, std::string_view text);

/// tostring() of a dynamic: the text of a string, "True" and "False", compact JSON of the others, "" for
/// null.
void appendDynamicText(std::string& out, simdjson::dom::element element);

} // namespace gatehouse::kql
