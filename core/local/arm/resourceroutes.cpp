// SPDX-License-Identifier: GPL-3.0-or-later
// GET, HEAD, PUT, PATCH and DELETE of any resource in the table of types, and its listings (contracts §4.1,
// §9).
#include "core/base/encoding.h"
#include "core/gateway/policy/rawxml.h"
#include "core/local/arm/apimtypes.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/filter.h"
#include "core/local/arm/namedvalues.h"
#include "core/local/arm/render.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/resourcetypes.h"
#include "core/local/arm/seed.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

std::string serviceIdOf(const std::string& id)
{
    static constexpr std::string_view Provider = "/providers/microsoft.apimanagement/service/";
    const std::size_t start = toLower(id).find(Provider);
    return start == std::string::npos ? std::string() : id.substr(0, id.find('/', start + Provider.size()));
}

/// A policy comes in the spelling that was asked for; without one, as it was put.
void spellPolicy(Json& properties, const std::string& format)
{
    const std::string stored = textAt(properties, "format");
    if (format.empty() || format == stored)
        return;
    const std::string value = textAt(properties, "value");
    properties["format"] = format;
    properties["value"] = format == "rawxml" ? gateway::rawFromXml(value) : gateway::xmlFromRaw(value);
}

void answerResource(ArmCall& call, const ResourceType& type, int status, const Resource& resource)
{
    Json body = renderResource(resource, call.context.origin);
    if (memberAt(memberAt(body, "properties"), "format").is_string())
        spellPolicy(body["properties"], call.query("format"));
    answerArm(call, status, body);
    if (type.entity)
        call.exchange.response.set_header("ETag", resource.etag);
}

void answerMissing(ArmCall& call, const ArmPath& path, const ResourceType& type)
{
    if (type.entity)
        return answerArmError(call.exchange.response, 404, "ResourceNotFound",
                              equalsIgnoreCase(path.last, "policy") ? "Policy not found."
                                                                    : "Resource not found.");
    answerArmError(
        call.exchange.response, 404, "ResourceNotFound",
        "The Resource '" + path.type + "/" + path.last + "' under resource group '" + path.resourceGroup +
            "' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix");
}

void list(ArmCall& call, const ArmPath& path, const ResourceType& type)
{
    std::optional<ListFilter> filter;
    if (const std::string text = call.query("$filter"); !text.empty()) {
        filter = parseListFilter(text);
        if (!filter)
            return answerArmError(
                call.exchange.response, 400, "InvalidFilterInQueryString",
                "This filter is not supported here. Write field eq 'value', joined by and.");
    }
    const bool topLevel = path.parent == path.providerScope;
    // A top-level type is listed in its group or in the whole subscription, an extension below its resource.
    const bool everywhere = topLevel && path.resourceGroup.empty();
    if (!topLevel && call.context.resources.get(path.parent) == nullptr)
        return answerArmError(call.exchange.response, 404, "ResourceNotFound",
                              "The resource that this list belongs to was not found.");
    std::vector<Json> items;
    for (const ResourcePtr& resource : everywhere ? call.context.resources.listByType(type.type)
                                                  : call.context.resources.list(path.parent, type.type)) {
        Json item = renderResource(*resource, call.context.origin);
        if (!filter || filter->matches(item))
            items.push_back(std::move(item));
    }
    answerList(call, items, type.entity);
}

/// Keys do not belong to the resource: they are taken out of the properties before anything is stored.
ResourceStore::Keys takeKeys(Json& body)
{
    ResourceStore::Keys keys;
    Json& properties = body["properties"];
    keys.primary = textAt(properties, "primaryKey");
    keys.secondary = textAt(properties, "secondaryKey");
    properties.erase("primaryKey");
    properties.erase("secondaryKey");
    return keys;
}

/// The text of a secret named value does not belong to the resource either; it is stored beside it.
std::string takeSecret(const ResourceType& type, Json& body)
{
    Json& properties = body["properties"];
    if (!equalsIgnoreCase(type.type, NamedValueType) || !boolAt(properties, "secret"))
        return {};
    std::string secret = textAt(properties, "value");
    properties.erase("value");
    return secret;
}

/// Stores the keys of a new subscription, or those that a write names.
Status storeKeys(ResourceStore& store, const std::string& name, ResourceStore::Keys keys)
{
    const std::optional<ResourceStore::Keys> old = store.keysOf(name);
    if (old && keys.primary.empty() && keys.secondary.empty())
        return {};
    if (old && keys.primary.empty())
        keys.primary = old->primary;
    if (old && keys.secondary.empty())
        keys.secondary = old->secondary;
    return store.setKeys(name, std::move(keys));
}

/// The body of a write, or nothing after the refusal was answered.
std::optional<Json> readBody(ArmCall& call)
{
    Result<Json> body = parseJson(call.exchange.request.body);
    const bool good = body && body->is_object() &&
                      (memberAt(*body, "properties").is_null() || memberAt(*body, "properties").is_object());
    if (!good) {
        answerArmError(
            call.exchange.response, 400, "InvalidRequestContent",
            "The request content was invalid and could not be deserialized: it must be a JSON object.");
        return std::nullopt;
    }
    return std::move(*body);
}

/// Answers the refusal and false when the body is not what its type demands.
bool validate(ArmCall& call, const ResourceType& type, const std::string& id, Json& body)
{
    if (type.validate == nullptr)
        return true;
    body["name"] = id.substr(id.rfind('/') + 1);
    const ValidationContext context{call.context.resources, id, serviceIdOf(id),
                                    formatDateTime(call.context.clock.now())};
    const std::vector<ErrorDetail> details = type.validate(body, context);
    if (details.empty())
        return true;
    if (const ErrorDetail& first = details.front(); first.code != "ValidationError") {
        answerArmError(call.exchange.response, 400, first.code, first.message);
        return false;
    }
    answerArmError(call.exchange.response, 400, "ValidationError",
                   "One or more fields contain incorrect values:", details);
    return false;
}

ResourceStore::IfMatch ifMatchOf(const ArmCall& call)
{
    return call.exchange.request.has_header("If-Match")
               ? ResourceStore::IfMatch(call.exchange.request.get_header_value("If-Match"))
               : ResourceStore::IfMatch();
}

void write(ArmCall& call, const ArmPath& path, const ResourceType& type, Json body,
           const ResourceStore::IfMatch& match)
{
    ResourceStore& store = call.context.resources;
    const bool isSubscription = equalsIgnoreCase(type.type, SubscriptionType);
    const ResourceStore::Keys keys = isSubscription ? takeKeys(body) : ResourceStore::Keys();
    if (!validate(call, type, path.id, body))
        return;
    std::string secret = takeSecret(type, body);
    const bool mustBeNew = call.exchange.request.get_header_value("If-None-Match") == "*";
    const auto written = store.put(path.id, type.type, std::move(body), match, mustBeNew, std::move(secret));
    if (!written)
        return answerArmError(call.exchange.response, written.error());
    if (isSubscription) {
        if (Status stored = storeKeys(store, path.last, keys); !stored)
            return answerArmError(call.exchange.response, stored.error());
    }
    answerResource(call, type, written->created ? 201 : 200, *written->resource);
}

/// What must be there before a resource can be made: the resource that it is a part of, or hangs on.
std::string ownerOf(const ArmPath& path, const ResourceType& type)
{
    if (std::count(type.type.begin(), type.type.end(), '/') > 1)
        return path.id.substr(0, path.id.rfind('/', path.id.rfind('/') - 1));
    return path.providerScope.find("/providers/") == std::string::npos ? std::string() : path.providerScope;
}

void put(ArmCall& call, const ArmPath& path, const ResourceType& type)
{
    const std::string owner = ownerOf(path, type);
    if (!owner.empty() && call.context.resources.get(owner) == nullptr)
        return answerArmError(call.exchange.response, 404, "ParentResourceNotFound",
                              "Failed to perform 'write' on a resource whose parent does not exist.");
    if (std::optional<Json> body = readBody(call))
        write(call, path, type, std::move(*body), ifMatchOf(call));
}

/// A merge over what is stored, checked as a whole, and written only if nobody came in between.
void patch(ArmCall& call, const ArmPath& path, const ResourceType& type)
{
    const ResourcePtr stored = call.context.resources.get(path.id);
    if (stored == nullptr)
        return answerMissing(call, path, type);
    const std::optional<Json> merge = readBody(call);
    if (!merge)
        return;
    ResourceStore::IfMatch match = ifMatchOf(call);
    if (!match || *match == "*")
        match = stored->etag;
    Json body = stored->body;
    if (!stored->secret.empty())
        body["properties"]["value"] = stored->secret; // a merge that does not name it keeps it
    body.merge_patch(*merge);
    write(call, path, type, std::move(body), match);
}

/// The subscriptions that would be left without their product.
std::vector<std::string> subscriptionsOf(const ResourceStore& store, const std::string& productId)
{
    std::vector<std::string> ids;
    for (const ResourcePtr& subscription : store.listByType(SubscriptionType)) {
        if (equalsIgnoreCase(textAt(subscription->properties(), "scope"), productId))
            ids.push_back(subscription->id);
    }
    return ids;
}

void remove(ArmCall& call, const ArmPath& path, const ResourceType& type)
{
    ResourceStore& store = call.context.resources;
    const ResourcePtr resource = store.get(path.id);
    if (resource == nullptr) {
        call.exchange.response.status = 204;
        return;
    }
    std::vector<std::string> alsoRemoved = subscriptionsOf(store, path.id);
    if (!alsoRemoved.empty() && !equalsIgnoreCase(call.query("deleteSubscriptions"), "true"))
        return answerArmError(call.exchange.response, 400, "ValidationError",
                              "There are " + std::to_string(alsoRemoved.size()) +
                                  " subscriptions with this scope. Remove them first; for a product "
                                  "deleteSubscriptions=true removes them with it.");
    if (const std::string why = type.whyStays != nullptr ? type.whyStays(store, *resource) : std::string();
        !why.empty())
        return answerArmError(call.exchange.response, 400, "ValidationError", why);
    const Status removed = store.remove(path.id, ifMatchOf(call), alsoRemoved);
    if (!removed && removed.error().kind != Error::Kind::NotFound)
        return answerArmError(call.exchange.response, removed.error());
    call.exchange.response.status = removed ? 200 : 204;
}

bool mayWrite(ArmCall& call, const ArmPath& path, const ResourceType& type, bool deletes)
{
    const std::string action = std::string(type.type) + (deletes ? "/delete" : "/write");
    if (!authorize(call, action, path.id))
        return false;
    if (type.writes == Writes::None || (type.writes == Writes::Patch && call.method() != "PATCH")) {
        answerArmError(
            call.exchange.response, 405, "OperationNotAllowed",
            "On this computer the resources of type '" + std::string(type.type) +
                (type.writes == Writes::None ? "' are fixed." : "' can only be changed by PATCH."));
        return false;
    }
    if (type.entity && call.method() != "PUT" && !call.exchange.request.has_header("If-Match")) {
        answerArmError(
            call.exchange.response, 428, "PreconditionRequired",
            "The If-Match header is required here. Send the entity's ETag, or * to write it whatever is "
            "there.");
        return false;
    }
    return true;
}

} // namespace

void handleResource(ArmCall& call, const ArmPath& path)
{
    const std::string& method = call.method();
    const ResourceType* type = findResourceType(path.type);
    if (type == nullptr)
        return answerArmError(call.exchange.response, 400, "InvalidResourceType",
                              "The resource type '" + path.type + "' could not be found for api version '" +
                                  call.query("api-version") + "' on this computer.");
    const bool reads = method == "GET" || method == "HEAD";
    if (path.collection) {
        if (!reads)
            return answerArmError(call.exchange.response, 405, "MethodNotAllowed",
                                  "A list can only be read.");
        return list(call, path, *type);
    }
    if (reads) {
        const ResourcePtr resource = call.context.resources.get(path.id);
        return resource == nullptr ? answerMissing(call, path, *type)
                                   : answerResource(call, *type, 200, *resource);
    }
    if (method != "PUT" && method != "PATCH" && method != "DELETE")
        return answerArmError(call.exchange.response, 405, "MethodNotAllowed",
                              "There is no such action here.");
    if (!mayWrite(call, path, *type, method == "DELETE"))
        return;
    if (method == "PUT")
        return put(call, path, *type);
    if (method == "PATCH")
        return patch(call, path, *type);
    remove(call, path, *type);
}

} // namespace gatehouse::local
