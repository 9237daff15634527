// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/resourcestore.h"

#include "core/base/encoding.h"
#include "core/base/sqlite/database.h"
#include "core/local/arm/apimtypes.h"

#include <mutex>

namespace gatehouse::local {

namespace {

constexpr const char* Schema =
    "CREATE TABLE IF NOT EXISTS resources("
    " key TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, etag TEXT NOT NULL,"
    " body TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS keys("
    " subscription TEXT PRIMARY KEY, primaryKey TEXT NOT NULL, secondaryKey TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS secrets(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS etags(last INTEGER NOT NULL);";

std::string_view lastSegment(std::string_view id)
{
    const std::size_t slash = id.rfind('/');
    return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

Error preconditionFailed()
{
    Error error;
    error.kind = Error::Kind::Conflict;
    error.httpStatus = 412;
    error.serviceCode = "PreconditionFailed";
    error.message =
        "The resource was changed since it was read: the ETag in If-Match is not the current one.";
    error.advice = "Read it again and repeat the change on top of what is there now.";
    return error;
}

Error noSuchResource(std::string_view id)
{
    Error error;
    error.kind = Error::Kind::NotFound;
    error.httpStatus = 404;
    error.serviceCode = "ResourceNotFound";
    error.message = "The resource “" + std::string(lastSegment(id)) + "” was not found.";
    return error;
}

/// Nothing when the condition holds for what is stored.
std::optional<Error> unmet(const ResourceStore::IfMatch& ifMatch, const ResourcePtr& stored,
                           std::string_view id)
{
    if (!ifMatch || ifMatch->empty())
        return std::nullopt;
    if (stored == nullptr)
        return *ifMatch == "*" ? noSuchResource(id) : preconditionFailed();
    if (*ifMatch == "*" || *ifMatch == stored->etag)
        return std::nullopt;
    return preconditionFailed();
}

} // namespace

std::string Resource::name() const
{
    return std::string(lastSegment(id));
}

const Json& Resource::properties() const
{
    return memberAt(body, "properties");
}

ResourceStore::ResourceStore(std::unique_ptr<Database> database)
    : m_database(std::move(database))
{}

ResourceStore::~ResourceStore() = default;

Result<std::unique_ptr<ResourceStore>> ResourceStore::open(const std::string& path)
{
    // FULL: resources are few and are a person's own work; a power cut must not undo an acknowledged edit.
    auto database = Database::open(path, Database::Sync::Full);
    if (!database)
        return fail(database.error());
    std::unique_ptr<ResourceStore> store(new ResourceStore(std::move(*database)));
    if (Status loaded = store->load(); !loaded)
        return fail(loaded.error());
    return store;
}

Status ResourceStore::load()
{
    if (Status made = m_database->execute(Schema); !made)
        return made;
    auto resources = m_database->prepare(
        "SELECT id, type, etag, body, ifnull(value, '') FROM resources LEFT JOIN secrets USING(key)");
    if (!resources)
        return fail(resources.error());
    for (;;) {
        const Result<bool> row = resources->step();
        if (!row)
            return fail(row.error());
        if (!*row)
            break;
        auto resource = std::make_shared<Resource>();
        resource->id = resources->text(0);
        resource->type = resources->text(1);
        resource->etag = resources->text(2);
        Result<Json> body = parseJson(resources->text(3));
        if (!body) {
            Error error = body.error();
            error.kind = Error::Kind::Storage;
            error.serviceCode = "corrupt";
            return fail(std::move(error));
        }
        resource->body = std::move(*body);
        resource->secret = resources->text(4);
        m_resources[toLower(resource->id)] = std::move(resource);
    }
    return loadRest();
}

Status ResourceStore::loadRest()
{
    auto keys = m_database->prepare("SELECT subscription, primaryKey, secondaryKey FROM keys");
    if (!keys)
        return fail(keys.error());
    for (Result<bool> row = keys->step(); !row || *row; row = keys->step()) {
        if (!row)
            return fail(row.error());
        m_keys[std::string(keys->text(0))] = {std::string(keys->text(1)), std::string(keys->text(2))};
    }
    auto etag = m_database->prepare("SELECT last FROM etags");
    if (!etag)
        return fail(etag.error());
    const Result<bool> row = etag->step();
    if (!row)
        return fail(row.error());
    m_lastEtag = *row ? static_cast<std::uint64_t>(etag->integer(0)) : 0x16c1;
    auto version = m_database->prepare("PRAGMA user_version");
    if (!version)
        return fail(version.error());
    if (const Result<bool> read = version->step(); !read)
        return fail(read.error());
    m_seedVersion = static_cast<int>(version->integer(0));
    rebuildKeyIndex();
    return {};
}

ResourcePtr ResourceStore::get(std::string_view id) const
{
    const std::string key = toLower(id);
    const std::shared_lock lock(m_mutex);
    const auto found = m_resources.find(key);
    return found == m_resources.end() ? nullptr : found->second;
}

std::vector<ResourcePtr> ResourceStore::list(std::string_view parentId, std::string_view type) const
{
    const std::string prefix = toLower(parentId) + "/";
    std::vector<ResourcePtr> children;
    const std::shared_lock lock(m_mutex);
    for (auto entry = m_resources.lower_bound(prefix); entry != m_resources.end(); ++entry) {
        const std::string_view key = entry->first;
        if (key.substr(0, prefix.size()) != prefix)
            break;
        if (!equalsIgnoreCase(entry->second->type, type))
            continue;
        // "backends/x" is a child, "apis/a/diagnostics/d" is one of apis/a; a top-level resource sits below
        // "providers/Microsoft.X/service".
        const std::string_view below = key.substr(prefix.size());
        const auto depth = std::count(below.begin(), below.end(), '/');
        if (depth == (below.substr(0, 10) == "providers/" ? 3 : 1))
            children.push_back(entry->second);
    }
    return children;
}

std::vector<ResourcePtr> ResourceStore::listByType(std::string_view type) const
{
    std::vector<ResourcePtr> found;
    const std::shared_lock lock(m_mutex);
    for (const auto& [key, resource] : m_resources) {
        if (equalsIgnoreCase(resource->type, type))
            found.push_back(resource);
    }
    return found;
}

std::vector<ResourcePtr> ResourceStore::all() const
{
    std::vector<ResourcePtr> resources;
    const std::shared_lock lock(m_mutex);
    resources.reserve(m_resources.size());
    for (const auto& [key, resource] : m_resources)
        resources.push_back(resource);
    return resources;
}

bool ResourceStore::empty() const
{
    const std::shared_lock lock(m_mutex);
    return m_resources.empty();
}

/// Eight bytes that only grow, as APIM's own ETags look.
std::string ResourceStore::nextEtag()
{
    ++m_lastEtag;
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>((m_lastEtag >> static_cast<unsigned>(shift)) & 0xffU);
    return "\"" + toBase64(bytes) + "\"";
}

/// Commits the writes and the last ETag together, or nothing of it. The caller changes the memory afterwards.
Status ResourceStore::inTransaction(const std::function<Status()>& writes)
{
    if (Status begun = m_database->execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    Status done = writes();
    if (done) {
        const std::string last = std::to_string(m_lastEtag);
        done = m_database->execute("DELETE FROM etags; INSERT INTO etags VALUES(" + last + "); COMMIT");
    }
    if (!done)
        (void)m_database->execute("ROLLBACK");
    return done;
}

Status ResourceStore::insert(const Resource& resource)
{
    auto statement =
        m_database->prepare("INSERT INTO resources(key, id, type, etag, body) VALUES(?1, ?2, ?3, ?4, ?5)"
                            " ON CONFLICT(key) DO UPDATE SET etag = ?4, body = ?5");
    if (!statement)
        return fail(statement.error());
    const std::string key = toLower(resource.id);
    const std::string body = dumpJson(resource.body);
    statement->bind(1, std::string_view(key)).bind(2, std::string_view(resource.id));
    statement->bind(3, std::string_view(resource.type)).bind(4, std::string_view(resource.etag));
    if (Status done = statement->bind(5, std::string_view(body)).run(); !done)
        return done;
    auto secret =
        m_database->prepare(resource.secret.empty() ? "DELETE FROM secrets WHERE key = ?1"
                                                    : "INSERT OR REPLACE INTO secrets VALUES(?1, ?2)");
    if (!secret)
        return fail(secret.error());
    secret->bind(1, std::string_view(key));
    if (!resource.secret.empty())
        secret->bind(2, std::string_view(resource.secret));
    return secret->run();
}

Status ResourceStore::insertKeys(const std::string& subscription, const Keys& keys)
{
    auto statement =
        m_database->prepare("INSERT INTO keys VALUES(?1, ?2, ?3)"
                            " ON CONFLICT(subscription) DO UPDATE SET primaryKey = ?2, secondaryKey = ?3");
    if (!statement)
        return fail(statement.error());
    statement->bind(1, std::string_view(subscription)).bind(2, std::string_view(keys.primary));
    return statement->bind(3, std::string_view(keys.secondary)).run();
}

/// The resource as it would be stored. The caller holds the lock.
std::shared_ptr<Resource> ResourceStore::make(std::string_view id, std::string_view type, Json body)
{
    const auto found = m_resources.find(toLower(id));
    auto resource = std::make_shared<Resource>();
    resource->id = found == m_resources.end() ? std::string(id) : found->second->id;
    resource->type = found == m_resources.end() ? std::string(type) : found->second->type;
    resource->etag = nextEtag();
    resource->body = body.is_object() ? std::move(body) : Json::object();
    resource->body["id"] = resource->id;
    resource->body["name"] = resource->name();
    resource->body["type"] = resource->type;
    return resource;
}

/// The caller holds the lock and has checked its condition.
Result<ResourceStore::Written> ResourceStore::store(std::string_view id, std::string_view type, Json body,
                                                    std::string secret)
{
    const auto resource = make(id, type, std::move(body));
    resource->secret = std::move(secret);
    if (Status done = inTransaction([&] { return insert(*resource); }); !done)
        return fail(done.error());
    ResourcePtr& place = m_resources[toLower(id)];
    Written outcome{resource, place == nullptr};
    place = resource;
    if (equalsIgnoreCase(resource->type, SubscriptionType))
        rebuildKeyIndex();
    m_revision.fetch_add(1, std::memory_order_release);
    return outcome;
}

int ResourceStore::seedVersion() const
{
    const std::shared_lock lock(m_mutex);
    return m_seedVersion;
}

Status ResourceStore::putAll(std::vector<New> items, int seedVersion)
{
    const std::unique_lock lock(m_mutex);
    std::vector<ResourcePtr> resources;
    std::map<std::string, Keys, std::less<>> keys;
    for (New& item : items) {
        resources.push_back(make(item.id, item.type, std::move(item.body)));
        if (item.drawKeys)
            keys[toLower(resources.back()->name())] = {toHex(randomBytes(16)), toHex(randomBytes(16))};
    }
    const Status done = inTransaction([&]() -> Status {
        for (const ResourcePtr& resource : resources) {
            if (Status inserted = insert(*resource); !inserted)
                return inserted;
        }
        for (const auto& [subscription, pair] : keys) {
            if (Status inserted = insertKeys(subscription, pair); !inserted)
                return inserted;
        }
        return m_database->execute("PRAGMA user_version = " + std::to_string(seedVersion));
    });
    if (!done)
        return done;
    m_seedVersion = seedVersion;
    for (ResourcePtr& resource : resources) {
        const std::string key = toLower(resource->id);
        m_resources[key] = std::move(resource);
    }
    for (auto& [subscription, pair] : keys)
        m_keys[subscription] = std::move(pair);
    rebuildKeyIndex();
    m_revision.fetch_add(1, std::memory_order_release);
    return {};
}

Result<ResourceStore::Written> ResourceStore::put(std::string_view id, std::string_view type, Json body,
                                                  const IfMatch& ifMatch, bool mustBeNew, std::string secret)
{
    const std::unique_lock lock(m_mutex);
    const auto found = m_resources.find(toLower(id));
    if (mustBeNew && found != m_resources.end())
        return fail(preconditionFailed());
    // For a PUT, "*" is Azure's word for "write it whatever is there" (contracts §4.1).
    if (ifMatch && *ifMatch != "*") {
        if (auto error = unmet(ifMatch, found == m_resources.end() ? nullptr : found->second, id))
            return fail(std::move(*error));
    }
    return store(id, type, std::move(body), std::move(secret));
}

Result<ResourceStore::Written> ResourceStore::patch(std::string_view id, const Json& merge,
                                                    const IfMatch& ifMatch)
{
    const std::unique_lock lock(m_mutex);
    const auto found = m_resources.find(toLower(id));
    if (found == m_resources.end())
        return fail(noSuchResource(id));
    if (auto error = unmet(ifMatch, found->second, id))
        return fail(std::move(*error));
    Json body = found->second->body;
    body.merge_patch(merge);
    return store(id, found->second->type, std::move(body), found->second->secret);
}

/// Deletes a resource, what is below it, their secrets, and the keys of a subscription.
Status ResourceStore::erase(const std::string& key, const std::string& subscription)
{
    // '0' follows '/' in ASCII: the half-open range of everything below the resource.
    constexpr std::string_view Range = " WHERE key = ?1 OR (key >= ?1 || '/' AND key < ?1 || '0')";
    for (const char* table : {"resources", "secrets"}) {
        auto removal = m_database->prepare("DELETE FROM " + std::string(table) + std::string(Range));
        if (!removal)
            return fail(removal.error());
        if (Status done = removal->bind(1, std::string_view(key)).run(); !done)
            return done;
    }
    if (subscription.empty())
        return {};
    auto keys = m_database->prepare("DELETE FROM keys WHERE subscription = ?1");
    if (!keys)
        return fail(keys.error());
    return keys->bind(1, std::string_view(subscription)).run();
}

/// The memory's part of a removal. The caller holds the lock.
void ResourceStore::forget(const std::string& key)
{
    const auto found = m_resources.find(key);
    if (found == m_resources.end())
        return;
    if (equalsIgnoreCase(found->second->type, SubscriptionType))
        m_keys.erase(toLower(found->second->name()));
    m_resources.erase(found);
    m_resources.erase(m_resources.lower_bound(key + "/"), m_resources.lower_bound(key + "0"));
}

Status ResourceStore::remove(std::string_view id, const IfMatch& ifMatch,
                             const std::vector<std::string>& alsoRemoved)
{
    const std::unique_lock lock(m_mutex);
    const auto found = m_resources.find(toLower(id));
    if (found == m_resources.end())
        return fail(noSuchResource(id));
    if (auto error = unmet(ifMatch, found->second, id))
        return fail(std::move(*error));
    std::vector<std::string> removed{found->first};
    for (const std::string& other : alsoRemoved)
        removed.push_back(toLower(other));
    const Status done = inTransaction([&]() -> Status {
        for (const std::string& key : removed) {
            const auto entry = m_resources.find(key);
            if (entry == m_resources.end())
                continue;
            const bool keyed = equalsIgnoreCase(entry->second->type, SubscriptionType);
            if (Status gone = erase(key, keyed ? toLower(entry->second->name()) : std::string()); !gone)
                return gone;
        }
        return {};
    });
    if (!done)
        return done;
    for (const std::string& key : removed)
        forget(key);
    rebuildKeyIndex();
    m_revision.fetch_add(1, std::memory_order_release);
    return {};
}

std::optional<std::string> ResourceStore::subscriptionForKey(std::string_view key) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_activeKeys.find(key);
    return found == m_activeKeys.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ResourceStore::Keys> ResourceStore::keysOf(std::string_view subscriptionId) const
{
    const std::string id = toLower(subscriptionId);
    const std::shared_lock lock(m_mutex);
    const auto found = m_keys.find(id);
    return found == m_keys.end() ? std::nullopt : std::optional(found->second);
}

std::string ResourceStore::keyOf(std::string_view subscriptionId) const
{
    const std::optional<Keys> keys = keysOf(subscriptionId);
    return keys ? keys->primary : std::string();
}

Status ResourceStore::setKeys(std::string_view subscriptionId, Keys keys)
{
    if (keys.primary.empty())
        keys.primary = toHex(randomBytes(16));
    if (keys.secondary.empty())
        keys.secondary = toHex(randomBytes(16));
    const std::string id = toLower(subscriptionId);
    const std::unique_lock lock(m_mutex);
    if (Status done = insertKeys(id, keys); !done)
        return done;
    m_keys[id] = std::move(keys);
    rebuildKeyIndex();
    m_revision.fetch_add(1, std::memory_order_release);
    return {};
}

void ResourceStore::rebuildKeyIndex()
{
    m_activeKeys.clear();
    for (const auto& [key, resource] : m_resources) {
        if (!equalsIgnoreCase(resource->type, SubscriptionType) ||
            textAt(resource->properties(), "state") != "active")
            continue;
        const auto keys = m_keys.find(toLower(resource->name()));
        if (keys == m_keys.end())
            continue;
        m_activeKeys[keys->second.primary] = resource->name();
        m_activeKeys[keys->second.secondary] = resource->name();
    }
}

} // namespace gatehouse::local
