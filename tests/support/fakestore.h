// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/credentialstore.h"
#include "core/http/deferred.h"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::test {

/// A keychain in memory that records every write and can be locked, refuse, or leave its answers open.
class FakeStore final : public auth::CredentialStore
{
public:
    [[nodiscard]] bool persistent() const override { return true; }

    [[nodiscard]] QFuture<Result<std::optional<std::string>>> read(const std::string& key) override
    {
        ++reads;
        http::Deferred<std::optional<std::string>> deferred;
        if (hanging) {
            openReads.push_back(deferred);
            return deferred.future();
        }
        const auto found = entries.find(key);
        deferred.settle(locked || found == entries.end() ? std::nullopt : std::optional(found->second));
        return deferred.future();
    }

    [[nodiscard]] QFuture<Status> write(const std::string& key, const std::string& secret) override
    {
        writes.push_back(secret);
        http::Deferred<void> deferred;
        if (holdWrites) {
            openWrites.emplace_back(deferred, [this, key, secret] { entries[key] = secret; });
            return deferred.future();
        }
        if (refuses)
            deferred.settle(fail(Error::Kind::Storage, "refused"));
        else {
            entries[key] = secret;
            deferred.settle({});
        }
        return deferred.future();
    }

    [[nodiscard]] QFuture<Status> remove(const std::string& key) override
    {
        ++removals;
        entries.erase(key);
        return http::settledFuture<void>({});
    }

    void releaseWrites()
    {
        for (auto& [deferred, apply] : std::exchange(openWrites, {})) {
            apply();
            deferred.settle({});
        }
    }

    std::map<std::string, std::string> entries;
    std::vector<std::string> writes;
    int reads = 0;
    int removals = 0;
    bool locked = false;
    bool refuses = false;
    bool hanging = false;
    bool holdWrites = false;
    std::vector<http::Deferred<std::optional<std::string>>> openReads;
    std::vector<std::pair<http::Deferred<void>, std::function<void()>>> openWrites;
};

} // namespace gatehouse::test
