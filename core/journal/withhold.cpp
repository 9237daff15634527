// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/withhold.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace gatehouse::journal {

namespace {

constexpr std::string_view Mark = "(a secret that the journal does not keep)";
constexpr std::string_view OtherMark = "(another secret that the journal does not keep)";

/// In lower case; a member of such a name is a secret whatever stands around it.
constexpr std::array<std::string_view, 17> SecretNames{
    "primarykey",         "secondarykey", "key1",         "key2",         "apikey",       "api-key",
    "accesskey",          "password",     "clientsecret", "secret",       "sharedsecret", "connectionstring",
    "instrumentationkey", "sastoken",     "accesstoken",  "refreshtoken", "privatekey"};

bool isSecretName(std::string_view name)
{
    return std::find(SecretNames.begin(), SecretNames.end(), toLower(name)) != SecretNames.end();
}

bool isSecretMember(const Json& object, const std::string& name)
{
    // A named value says itself that it is secret (contracts §4.4).
    if (name == "value" && boolAt(object, "secret"))
        return true;
    // An authorization's parameter is the credential; elsewhere the word is harmless.
    if (toLower(name) == "parameter")
        return object.contains("scheme");
    return isSecretName(name);
}

bool canBeSecret(const Json& value)
{
    return value.is_string() && !value.get_ref<const std::string&>().empty() &&
           value.get_ref<const std::string&>() != Mark && value.get_ref<const std::string&>() != OtherMark;
}

/// All texts below.
void markAll(Json& value)
{
    if (canBeSecret(value))
        value = Mark;
    else if (value.is_structured()) {
        for (Json& item : value)
            markAll(item);
    }
}

void markIn(Json& value, bool isCredentials)
{
    if (value.is_array()) {
        for (Json& item : value)
            markIn(item, false);
        return;
    }
    if (!value.is_object())
        return;
    for (auto it = value.begin(); it != value.end(); ++it) {
        const bool header =
            isCredentials && (it.key() == "header" || it.key() == "query" || it.key() == "certificate");
        if (header)
            markAll(it.value());
        else if (isSecretMember(value, it.key()) && canBeSecret(it.value()))
            it.value() = Mark;
        else
            markIn(it.value(), it.key() == "credentials");
    }
}

/// Where both carry a mark but the originals differ, the second gets the other mark.
void distinguish(const Json& before, const Json& after, const Json& markedBefore, Json& markedAfter)
{
    if (markedAfter.is_string() && markedAfter == Mark) {
        if (markedBefore == Mark && before != after)
            markedAfter = OtherMark;
        return;
    }
    if (after.is_object() && before.is_object()) {
        for (auto it = markedAfter.begin(); it != markedAfter.end(); ++it) {
            if (before.contains(it.key()) && after.contains(it.key()))
                distinguish(before[it.key()], after[it.key()], markedBefore[it.key()], it.value());
        }
    } else if (after.is_array() && before.is_array()) {
        for (std::size_t i = 0; i < std::min(after.size(), before.size()); ++i)
            distinguish(before[i], after[i], markedBefore[i], markedAfter[i]);
    }
}

} // namespace

Json withheld(const Json& properties)
{
    Json marked = properties;
    markIn(marked, false);
    return marked;
}

void withhold(std::optional<Json>& before, std::optional<Json>& after)
{
    const std::optional<Json> plainBefore = before;
    const std::optional<Json> plainAfter = after;
    if (before)
        before = withheld(*before);
    if (after)
        after = withheld(*after);
    if (before && after)
        distinguish(*plainBefore, *plainAfter, *before, *after);
}

bool holdsMark(const Json& properties)
{
    if (properties.is_string())
        return properties == Mark || properties == OtherMark;
    return properties.is_structured() && std::any_of(properties.begin(), properties.end(),
                                                     [](const Json& item) { return holdsMark(item); });
}

} // namespace gatehouse::journal
