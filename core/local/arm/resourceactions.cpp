// SPDX-License-Identifier: GPL-3.0-or-later
// POST {resource}/{action}: secrets, keys and references (contracts §4, §6).
#include "core/base/encoding.h"
#include "core/local/arm/accounts.h"
#include "core/local/arm/apimtypes.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/namedvalues.h"
#include "core/local/arm/policyreferences.h"
#include "core/local/arm/resourcestore.h"

#include <array>

namespace gatehouse::local {

namespace {

using Keys = ResourceStore::Keys;

void answerStored(ArmCall& call, const Status& stored, int status)
{
    if (!stored)
        return answerArmError(call.exchange.response, stored.error());
    call.exchange.response.status = status;
}

void listSecrets(ArmCall& call, const Resource& subscription)
{
    const Keys keys = call.context.resources.keysOf(subscription.name()).value_or(Keys());
    answerArm(call, 200, {{"primaryKey", keys.primary}, {"secondaryKey", keys.secondary}});
}

/// An empty text makes the store draw a new key.
void regeneratePrimary(ArmCall& call, const Resource& subscription)
{
    ResourceStore& store = call.context.resources;
    const Keys keys = store.keysOf(subscription.name()).value_or(Keys());
    answerStored(call, store.setKeys(subscription.name(), {{}, keys.secondary}), 204);
}

void regenerateSecondary(ArmCall& call, const Resource& subscription)
{
    ResourceStore& store = call.context.resources;
    const Keys keys = store.keysOf(subscription.name()).value_or(Keys());
    answerStored(call, store.setKeys(subscription.name(), {keys.primary, {}}), 204);
}

void listValue(ArmCall& call, const Resource& namedValue)
{
    answerArm(call, 200, {{"value", namedValueText(namedValue)}});
    call.exchange.response.set_header("ETag", namedValue.etag);
}

void refreshSecret(ArmCall& call, const Resource& namedValue)
{
    answerArmError(call.exchange.response, 400, "ValidationError",
                   "The named value '" + namedValue.name() +
                       "' does not come from a Key Vault, so there is nothing to refresh.");
}

void listReferences(ArmCall& call, const Resource& fragment)
{
    std::vector<Json> items;
    for (const ResourcePtr& document : documentsIncluding(call.context.resources, fragment.name()))
        items.push_back({{"id", document->id}, {"name", document->name()}, {"type", document->type}});
    answerList(call, items, true);
}

/// Answers the refusal and false when the account takes no keys.
bool takesKeys(ArmCall& call, const Resource& account)
{
    if (!boolAt(account.properties(), "disableLocalAuth"))
        return true;
    answerArmError(call.exchange.response, 400, "BadRequest",
                   "Failed to list key. disableLocalAuth is set to be true");
    return false;
}

std::string keyNameOf(const Resource& account)
{
    return "accounts/" + account.name();
}

void answerAccountKeys(ArmCall& call, const Resource& account)
{
    const Keys keys = call.context.resources.keysOf(keyNameOf(account)).value_or(Keys());
    answerArm(call, 200, {{"key1", keys.primary}, {"key2", keys.secondary}});
}

/// The keys of an account are drawn when they are first asked for.
void listAccountKeys(ArmCall& call, const Resource& account)
{
    ResourceStore& store = call.context.resources;
    if (!takesKeys(call, account))
        return;
    if (!store.keysOf(keyNameOf(account))) {
        if (const Status drawn = store.setKeys(keyNameOf(account), {}); !drawn)
            return answerArmError(call.exchange.response, drawn.error());
    }
    answerAccountKeys(call, account);
}

void regenerateAccountKey(ArmCall& call, const Resource& account)
{
    if (!takesKeys(call, account))
        return;
    const std::string which = textAt(parseJson(call.exchange.request.body).value_or(Json()), "keyName");
    const bool first = equalsIgnoreCase(which, "Key1");
    if (!first && !equalsIgnoreCase(which, "Key2"))
        return answerArmError(call.exchange.response, 400, "BadRequest",
                              "The field 'keyName' must be Key1 or Key2.");
    Keys keys = call.context.resources.keysOf(keyNameOf(account)).value_or(Keys());
    (first ? keys.primary : keys.secondary).clear();
    if (const Status stored = call.context.resources.setKeys(keyNameOf(account), std::move(keys)); !stored)
        return answerArmError(call.exchange.response, stored.error());
    answerAccountKeys(call, account);
}

struct Action
{
    std::string_view type; ///< of the resource that it is done to
    std::string_view name;
    void (*run)(ArmCall& call, const Resource& resource);
};

constexpr std::array<Action, 8> Actions = {{
    {SubscriptionType, "listSecrets", listSecrets},
    {SubscriptionType, "regeneratePrimaryKey", regeneratePrimary},
    {SubscriptionType, "regenerateSecondaryKey", regenerateSecondary},
    {NamedValueType, "listValue", listValue},
    {NamedValueType, "refreshSecret", refreshSecret},
    {FragmentType, "listReferences", listReferences},
    {AccountType, "listKeys", listAccountKeys},
    {AccountType, "regenerateKey", regenerateAccountKey},
}};

} // namespace

bool handleAction(ArmCall& call, const ArmPath& path)
{
    for (const Action& action : Actions) {
        const std::string type = std::string(action.type) + "/" + std::string(action.name);
        if (!equalsIgnoreCase(path.type, type))
            continue;
        const std::string id = path.id.substr(0, path.id.rfind('/'));
        if (!authorize(call, type + "/action", id))
            return true;
        if (const ResourcePtr resource = call.context.resources.get(id))
            action.run(call, *resource);
        else
            answerArmError(call.exchange.response, 404, "ResourceNotFound", "Resource not found.");
        return true;
    }
    return false;
}

} // namespace gatehouse::local
