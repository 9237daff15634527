// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gatehouse {
class Database;
}

namespace gatehouse::local {

/// One ARM resource. Immutable once it is handed out; a write makes a new one.
struct Resource
{
    std::string id;   ///< as its creator spelled it
    std::string type; ///< "Microsoft.ApiManagement/service/backends", in Azure's spelling
    std::string etag; ///< with its quotes, as the ETag header carries it
    Json body;        ///< {id, name, type, …, properties}; never a secret
    /// What a GET never shows: the text of a secret named value. Empty for nearly all.
    std::string secret;

    [[nodiscard]] std::string name() const; ///< the last segment of the id
    [[nodiscard]] const Json& properties() const;
};

using ResourcePtr = std::shared_ptr<const Resource>;

/// The ARM resources of the stack: SQLite is the truth, all of it is held in memory for reading. Ids compare
/// without case. Any thread may call; a write is committed to disk before it returns. Knows nothing of roles
/// or of what a type's properties must be: the ARM routes decide that.
class ResourceStore
{
public:
    /// Storage with serviceCode "corrupt" when the file cannot be used.
    [[nodiscard]] static Result<std::unique_ptr<ResourceStore>> open(const std::string& path);
    ResourceStore(const ResourceStore&) = delete;
    ResourceStore& operator=(const ResourceStore&) = delete;
    ~ResourceStore();

    /// Null when there is none.
    [[nodiscard]] ResourcePtr get(std::string_view id) const;
    /// Direct children of parentId of this type, by name.
    [[nodiscard]] std::vector<ResourcePtr> list(std::string_view parentId, std::string_view type) const;
    /// All of a type in the store, by id.
    [[nodiscard]] std::vector<ResourcePtr> listByType(std::string_view type) const;
    [[nodiscard]] std::vector<ResourcePtr> all() const;
    [[nodiscard]] bool empty() const;

    struct Written
    {
        ResourcePtr resource;
        bool created = false;
    };
    /// What a write requires of the stored entity. Empty: nothing. "*": it exists (for put: nothing, as Azure
    /// has it). Else: its ETag. Conflict (httpStatus 412) when that does not hold.
    using IfMatch = std::optional<std::string>;

    /// Replaces or creates. The store sets id, name and type in the body; ids of the same resource keep their
    /// first spelling.
    /// mustBeNew is If-None-Match: *. secret replaces the stored one, in the same commit.
    [[nodiscard]] Result<Written> put(std::string_view id, std::string_view type, Json body,
                                      const IfMatch& ifMatch = {}, bool mustBeNew = false,
                                      std::string secret = {});
    /// A resource for putAll. drawKeys: it is an APIM subscription that gets random keys.
    struct New
    {
        std::string id;
        std::string type;
        Json body;
        bool drawKeys = false;
    };
    /// Writes all of them in one commit, or none. seedVersion is what the store then says of itself.
    [[nodiscard]] Status putAll(std::vector<New> items, int seedVersion = 0);
    /// What the last putAll called its items; 0 for a store that was never seeded or that an early version
    /// made.
    [[nodiscard]] int seedVersion() const;
    /// RFC 7396 merge patch of an existing resource.
    [[nodiscard]] Result<Written> patch(std::string_view id, const Json& merge, const IfMatch& ifMatch);
    /// Removes the resource and everything below it, and in the same commit those of alsoRemoved.
    [[nodiscard]] Status remove(std::string_view id, const IfMatch& ifMatch,
                                const std::vector<std::string>& alsoRemoved = {});

    /// Held while a request is checked and stored, so that what the check saw (a quota, who uses a fragment)
    /// is still so when it is stored. Reading needs none.
    [[nodiscard]] std::unique_lock<std::mutex> oneWriter() { return std::unique_lock(m_writer); }

    /// Grows with every change of a resource or a key; cheap enough to ask for each request.
    [[nodiscard]] std::uint64_t revision() const { return m_revision.load(std::memory_order_acquire); }

    // Keys of APIM subscriptions, named by the subscription's short id ("checkout-assistant"); those of a
    // Cognitive Services account have "accounts/" in front.

    struct Keys
    {
        std::string primary;
        std::string secondary;
    };
    /// The active subscription whose primary or secondary key this is. In memory, no allocation for the
    /// look-up.
    [[nodiscard]] std::optional<std::string> subscriptionForKey(std::string_view key) const;
    /// The primary key; "" when there is no such subscription.
    [[nodiscard]] std::string keyOf(std::string_view subscriptionId) const;
    [[nodiscard]] std::optional<Keys> keysOf(std::string_view subscriptionId) const;
    /// Sets both keys; random ones where a text is empty.
    [[nodiscard]] Status setKeys(std::string_view subscriptionId, Keys keys);

private:
    explicit ResourceStore(std::unique_ptr<Database> database);
    [[nodiscard]] Status load();
    [[nodiscard]] Status inTransaction(const std::function<Status()>& writes);
    [[nodiscard]] Status insert(const Resource& resource);
    [[nodiscard]] Status insertKeys(const std::string& subscription, const Keys& keys);
    [[nodiscard]] Status erase(const std::string& key, const std::string& subscription);
    void forget(const std::string& key);
    [[nodiscard]] Status loadRest();
    [[nodiscard]] std::shared_ptr<Resource> make(std::string_view id, std::string_view type, Json body);
    [[nodiscard]] Result<Written> store(std::string_view id, std::string_view type, Json body,
                                        std::string secret);
    [[nodiscard]] std::string nextEtag();
    void rebuildKeyIndex();

    struct TextHash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::mutex m_writer;
    mutable std::shared_mutex m_mutex;
    std::unique_ptr<Database> m_database;
    std::map<std::string, ResourcePtr, std::less<>> m_resources; // by lower-cased id
    std::map<std::string, Keys, std::less<>> m_keys;             // by lower-cased subscription id
    std::unordered_map<std::string, std::string, TextHash, std::equal_to<>>
        m_activeKeys; // key → subscription id
    std::uint64_t m_lastEtag = 0;
    int m_seedVersion = 0;
    std::atomic<std::uint64_t> m_revision{1};
};

} // namespace gatehouse::local
