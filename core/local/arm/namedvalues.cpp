// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/namedvalues.h"

#include "core/base/encoding.h"
#include "core/base/utf8.h"
#include "core/local/arm/fieldchecks.h"
#include "core/local/arm/policyreferences.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxTags = 32;

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

void checkName(const std::string& name, const ValidationContext& context, Details& details)
{
    if (name.empty() || name.size() > 256 || !std::all_of(name.begin(), name.end(), isNameCharacter))
        return complain(details, "displayName",
                        "The field 'displayName' must be 1 to 256 letters, digits, periods, dashes and "
                        "underscores.");
    const ResourcePtr other = findNamedValue(context.resources, name);
    if (other != nullptr && !equalsIgnoreCase(other->id, context.id))
        complain(details, "displayName", "A named value with the name '" + name + "' exists already.");
    const ResourcePtr old = context.resources.get(context.id);
    const std::string oldName = old == nullptr ? name : textAt(old->properties(), "displayName");
    if (equalsIgnoreCase(oldName, name))
        return;
    const auto users = documentsNaming(context.resources, oldName);
    if (!users.empty())
        complain(details, "displayName",
                 "The name cannot change while {{" + oldName + "}} stands in " +
                     describeDocument(*users.front()) + ".");
}

void checkTags(const Json& tags, Details& details)
{
    if (tags.is_null())
        return;
    const bool good = tags.is_array() && tags.size() <= MaxTags &&
                      std::all_of(tags.begin(), tags.end(), [](const Json& tag) { return tag.is_string(); });
    if (!good)
        complain(details, "tags", "The field 'tags' must be a list of at most 32 texts.");
}

} // namespace

std::string namedValueText(const Resource& namedValue)
{
    return namedValue.secret.empty() ? textAt(namedValue.properties(), "value") : namedValue.secret;
}

ResourcePtr findNamedValue(const ResourceStore& resources, std::string_view displayName)
{
    for (const ResourcePtr& value : resources.listByType(NamedValueType)) {
        if (equalsIgnoreCase(textAt(value->properties(), "displayName"), displayName))
            return value;
    }
    return nullptr;
}

std::vector<ErrorDetail> validateNamedValue(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    checkName(textAt(properties, "displayName"), context, details);
    const std::string value = textAt(properties, "value");
    if (!memberAt(properties, "keyVault").is_null())
        complain(details, "keyVault",
                 "There is no Key Vault on this computer. Give the text in 'value', with 'secret': true.");
    else if (value.find_first_not_of(" \t\r\n") == std::string::npos ||
             codePointCount(value) > MaxNamedValueLength)
        complain(details, "value",
                 "The field 'value' must be a text of 1 to 4096 characters that is not only blanks.");
    allowBool(properties, "secret", details);
    if (memberAt(properties, "secret").is_null())
        properties["secret"] = false;
    checkTags(memberAt(properties, "tags"), details);
    properties["provisioningState"] = "Succeeded";
    return details;
}

std::string whyNamedValueStays(const ResourceStore& resources, const Resource& namedValue)
{
    const std::string name = textAt(namedValue.properties(), "displayName");
    const auto users = documentsNaming(resources, name);
    return users.empty() ? std::string()
                         : "The named value stands as {{" + name + "}} in " +
                               describeDocument(*users.front()) + ". Take it out there first.";
}

} // namespace gatehouse::local
