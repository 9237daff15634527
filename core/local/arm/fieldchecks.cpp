// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/fieldchecks.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::local {

void complain(Details& details, std::string target, std::string message)
{
    details.push_back({"ValidationError", std::move(message), std::move(target)});
}

Json& propertiesOf(Json& body)
{
    Json& properties = body["properties"];
    if (!properties.is_object())
        properties = Json::object();
    return properties;
}

void requireText(const Json& properties, const char* name, std::size_t maxLength, Details& details)
{
    const std::string text = textAt(properties, name);
    if (text.empty() || text.size() > maxLength)
        complain(details, name,
                 std::string("The field '") + name + "' must be a text of 1 to " + std::to_string(maxLength) +
                     " characters.");
}

void requireOneOf(const Json& properties, const char* name, std::initializer_list<std::string_view> values,
                  Details& details)
{
    const std::string text = textAt(properties, name);
    if (std::find(values.begin(), values.end(), text) != values.end())
        return;
    std::string list;
    for (const std::string_view value : values) {
        if (!list.empty())
            list += ", ";
        list += value;
    }
    complain(details, name, std::string("The field '") + name + "' must be one of: " + list + ".");
}

void allowOneOf(const Json& properties, const char* name, std::initializer_list<std::string_view> values,
                Details& details)
{
    if (!memberAt(properties, name).is_null())
        requireOneOf(properties, name, values, details);
}

void allowBool(const Json& properties, const char* name, Details& details)
{
    const Json& value = memberAt(properties, name);
    if (!value.is_null() && !value.is_boolean())
        complain(details, name, std::string("The field '") + name + "' must be true or false.");
}

std::string fullId(const std::string& id, const ValidationContext& context)
{
    const std::string lower = toLower(id);
    return lower.substr(0, 15) == "/subscriptions/" && lower.find("/resourcegroups/") != std::string::npos
               ? id
               : context.serviceId + (id.empty() || id.front() != '/' ? "/" : "") + id;
}

} // namespace gatehouse::local
