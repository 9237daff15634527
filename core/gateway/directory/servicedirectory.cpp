// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/directory/servicedirectory.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/gateway/directory/fields.h"

namespace gatehouse::gateway {

namespace {

constexpr int Version = 1;

tl::unexpected<Error> noDirectory(const std::string& what)
{
    return fail(Error::Kind::InvalidInput, "The service directory cannot be read: " + what + ".",
                "Look at the named value " + std::string(DirectoryNamedValue) + " in API Management.");
}

/// Where each known field stands in a row; fields that a later writer may have added are refused.
Result<std::vector<std::string ServiceFacts::*>> readFields(const Json& names)
{
    std::vector<std::string ServiceFacts::*> fields;
    if (!names.is_array())
        return noDirectory("it has no list of fields");
    for (const Json& name : names) {
        const std::string text = name.is_string() ? name.get<std::string>() : std::string();
        const auto known = std::find_if(DirectoryFields.begin(), DirectoryFields.end(),
                                        [&](const DirectoryField& field) { return field.name == text; });
        if (known == DirectoryFields.end())
            return noDirectory("this version does not know the field “" + text + "”");
        if (std::find(fields.begin(), fields.end(), known->text) != fields.end())
            return noDirectory("it names the field “" + text + "” twice");
        fields.push_back(known->text);
    }
    if (std::find(fields.begin(), fields.end(), &ServiceFacts::subscription) == fields.end())
        return noDirectory("it has no field “subscription”");
    return fields;
}

Result<ServiceFacts> readRow(const Json& row, const std::vector<std::string ServiceFacts::*>& fields)
{
    if (!row.is_array() || row.size() > fields.size())
        return noDirectory("a service is not a list of as many texts as there are fields");
    ServiceFacts facts;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (!row[i].is_string())
            return noDirectory("a service has something else than a text");
        facts.*fields[i] = row[i].get<std::string>();
        if (const std::string why = whyNoFact(facts.*fields[i]); !why.empty())
            return noDirectory("a text of a service " + why);
    }
    if (facts.subscription.empty())
        return noDirectory("a service has no subscription");
    return facts;
}

bool comesBefore(const ServiceFacts& facts, std::string_view subscription)
{
    return toLower(facts.subscription) < toLower(subscription);
}

} // namespace

const ServiceFacts* ServiceDirectory::find(std::string_view subscription) const
{
    const auto place = std::lower_bound(services.begin(), services.end(), subscription, comesBefore);
    return place != services.end() && equalsIgnoreCase(place->subscription, subscription) ? &*place : nullptr;
}

void ServiceDirectory::set(ServiceFacts facts)
{
    const auto place = std::lower_bound(services.begin(), services.end(), facts.subscription, comesBefore);
    if (place != services.end() && equalsIgnoreCase(place->subscription, facts.subscription))
        *place = std::move(facts);
    else
        services.insert(place, std::move(facts));
}

Result<ServiceDirectory> parseDirectory(std::string_view json)
{
    const Result<Json> document = parseJson(json);
    if (!document || !document->is_object())
        return noDirectory("it is not a JSON object");
    if (integerAt(*document, "version") != Version)
        return noDirectory("it was written by another version of Gatehouse");
    const auto fields = readFields(memberAt(*document, "fields"));
    if (!fields)
        return fail(fields.error());
    const Json& rows = memberAt(*document, "services");
    if (!rows.is_array())
        return noDirectory("it has no list of services");
    ServiceDirectory directory;
    for (const Json& row : rows) {
        Result<ServiceFacts> facts = readRow(row, *fields);
        if (!facts)
            return fail(facts.error());
        if (directory.find(facts->subscription) != nullptr)
            return noDirectory("it has “" + facts->subscription + "” twice");
        directory.set(std::move(*facts));
    }
    return directory;
}

Result<std::string> writeDirectory(const ServiceDirectory& directory)
{
    Json names = Json::array();
    for (const DirectoryField& field : DirectoryFields)
        names.push_back(field.name);
    Json rows = Json::array();
    for (const ServiceFacts& facts : directory.services) {
        Json row = Json::array();
        for (const DirectoryField& field : DirectoryFields)
            row.push_back(facts.*field.text);
        while (!row.empty() && row.back() == "")
            row.erase(row.size() - 1);
        rows.push_back(std::move(row));
    }
    std::string text =
        dumpJson({{"version", Version}, {"fields", std::move(names)}, {"services", std::move(rows)}});
    if (const std::size_t length = codePointCount(text); length > MaxDirectoryLength)
        return fail(Error::Kind::InvalidInput,
                    "The service directory would have " + std::to_string(length) +
                        " characters; a named value holds " + std::to_string(MaxDirectoryLength) + ".",
                    "Use shorter texts, or leave out what the names of the services say already.");
    return text;
}

} // namespace gatehouse::gateway
