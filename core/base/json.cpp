// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <charconv>

namespace gatehouse {

Result<Json> parseJson(std::string_view text, std::size_t maxBytes, int maxDepth)
{
    if (text.size() > maxBytes)
        return fail(Error::Kind::Parse, "The JSON text is larger than allowed.");
    bool tooDeep = false;
    // The callback sees each opening with the depth it stands at; false there discards the value, so the
    // tree never gets deeper than allowed.
    const auto guard = [&](int depth, Json::parse_event_t event, Json&) {
        const bool opens =
            event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
        if (opens && depth >= maxDepth)
            tooDeep = true;
        return !tooDeep;
    };
    Json value = Json::parse(text.begin(), text.end(), guard, /*allow_exceptions=*/false);
    if (tooDeep)
        return fail(Error::Kind::Parse, "The JSON text is nested deeper than allowed.");
    if (value.is_discarded())
        return fail(Error::Kind::Parse, "The text is not valid JSON.");
    return value;
}

std::string dumpJson(const Json& value, int indent)
{
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

const Json& memberAt(const Json& object, std::string_view key)
{
    static const Json Nothing;
    if (!object.is_object())
        return Nothing;
    const auto found = object.find(key);
    return found == object.end() ? Nothing : *found;
}

std::string textAt(const Json& object, std::string_view key, std::string fallback)
{
    const Json& value = memberAt(object, key);
    return value.is_string() ? value.get<std::string>() : std::move(fallback);
}

std::int64_t integerAt(const Json& object, std::string_view key, std::int64_t fallback)
{
    const Json& value = memberAt(object, key);
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        return fallback;
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        std::int64_t number = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (code == std::errc() && end == text.data() + text.size() && !text.empty())
            return number;
    }
    return fallback;
}

bool boolAt(const Json& object, std::string_view key, bool fallback)
{
    const Json& value = memberAt(object, key);
    return value.is_boolean() ? value.get<bool>() : fallback;
}

} // namespace gatehouse
