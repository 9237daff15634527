// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/signinmarkers.h"

#include "core/base/files.h"
#include "core/base/json.h"

namespace gatehouse::app {

namespace {

constexpr std::size_t MaxBytes = 1U << 20U;

Json readAccounts(const std::string& path)
{
    const Result<std::string> bytes = readFile(path, MaxBytes);
    if (!bytes)
        return Json::object();
    const Result<Json> document = parseJson(*bytes, MaxBytes);
    const Json accounts = document ? memberAt(*document, "accounts") : Json();
    return accounts.is_object() ? accounts : Json::object();
}

} // namespace

SignInMarkers::SignInMarkers(const std::string& dataDirectory)
    : m_path(dataDirectory + "/signins.json")
{}

std::optional<std::string> SignInMarkers::accountOf(const std::string& profileName) const
{
    const Json accounts = readAccounts(m_path);
    const Json& account = memberAt(accounts, profileName);
    return account.is_string() ? std::optional(account.get<std::string>()) : std::nullopt;
}

Status SignInMarkers::remember(const std::string& profileName, const std::string& accountKey)
{
    Json accounts = readAccounts(m_path);
    accounts[profileName] = accountKey;
    return atomicWrite(m_path, dumpJson(Json{{"version", 1}, {"accounts", std::move(accounts)}}, 2) + "\n");
}

} // namespace gatehouse::app
