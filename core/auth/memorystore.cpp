// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/credentialstore.h"
#include "core/http/deferred.h"

namespace gatehouse::auth {

QFuture<Result<std::optional<std::string>>> MemoryStore::read(const std::string& key)
{
    const auto found = m_entries.find(key);
    return http::settledFuture<std::optional<std::string>>(
        found == m_entries.end() ? std::nullopt : std::optional(found->second));
}

QFuture<Status> MemoryStore::write(const std::string& key, const std::string& secret)
{
    m_entries[key] = secret;
    return http::settledFuture<void>({});
}

QFuture<Status> MemoryStore::remove(const std::string& key)
{
    m_entries.erase(key);
    return http::settledFuture<void>({});
}

} // namespace gatehouse::auth
