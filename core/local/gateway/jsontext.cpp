// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/jsontext.h"

namespace gatehouse::local {

void appendJsonText(std::string& json, std::string_view text)
{
    static constexpr std::string_view Hex = "0123456789abcdef";
    json += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (byte < 0x20U) {
            json += "\\u00";
            json += Hex[byte >> 4U];
            json += Hex[byte & 15U];
        } else {
            json += c;
        }
    }
    json += '"';
}

void appendMember(std::string& json, std::string_view name, std::string_view text)
{
    if (json.back() != '{')
        json += ',';
    appendJsonText(json, name);
    json += ':';
    appendJsonText(json, text);
}

std::string errorJson(std::string_view code, std::string_view message, std::string_view type,
                      std::string_view param)
{
    std::string json = R"({"error":{)";
    appendMember(json, "code", code);
    appendMember(json, "message", message);
    if (param.empty())
        json += ",\"param\":null";
    else
        appendMember(json, "param", param);
    appendMember(json, "type", type);
    json += "}}";
    return json;
}

} // namespace gatehouse::local
