// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/http/scheduler.h"

#include <QtCore/QFuture>

#include <map>
#include <optional>
#include <string>

namespace gatehouse::auth {

/// Keeps secrets by key. Main thread; nothing blocks; every future finishes.
class CredentialStore
{
public:
    CredentialStore() = default;
    CredentialStore(const CredentialStore&) = delete;
    CredentialStore& operator=(const CredentialStore&) = delete;
    virtual ~CredentialStore() = default;

    /// Whether what is written outlives the program.
    [[nodiscard]] virtual bool persistent() const = 0;
    /// Empty when no entry was found, which is no proof that there is none: a locked keyring says the same.
    [[nodiscard]] virtual QFuture<Result<std::optional<std::string>>> read(const std::string& key) = 0;
    [[nodiscard]] virtual QFuture<Status> write(const std::string& key, const std::string& secret) = 0;
    /// Fine when there is nothing to remove.
    [[nodiscard]] virtual QFuture<Status> remove(const std::string& key) = 0;
};

/// In memory, gone with the program.
class MemoryStore final : public CredentialStore
{
public:
    [[nodiscard]] bool persistent() const override { return false; }
    [[nodiscard]] QFuture<Result<std::optional<std::string>>> read(const std::string& key) override;
    [[nodiscard]] QFuture<Status> write(const std::string& key, const std::string& secret) override;
    [[nodiscard]] QFuture<Status> remove(const std::string& key) override;

private:
    std::map<std::string, std::string> m_entries;
};

/// The OS keychain through QtKeychain, never with its plain-text fallback. Values are written as base64url,
/// since text mode stops at NUL. A keychain that does not answer within 10 s is a Storage error; its job goes
/// on by itself. Jobs have no parent: deleting one in flight crashes.
class KeychainStore final : public CredentialStore
{
public:
    /// The scheduler must outlive the store.
    explicit KeychainStore(http::Scheduler& scheduler, std::string service = "io.gatehouse.Gatehouse");

    [[nodiscard]] bool persistent() const override { return true; }
    [[nodiscard]] QFuture<Result<std::optional<std::string>>> read(const std::string& key) override;
    [[nodiscard]] QFuture<Status> write(const std::string& key, const std::string& secret) override;
    [[nodiscard]] QFuture<Status> remove(const std::string& key) override;

private:
    http::Scheduler& m_scheduler;
    std::string m_service;
};

} // namespace gatehouse::auth
