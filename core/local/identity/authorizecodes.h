// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/local/identity/personas.h"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// Authorization codes with PKCE (contracts §1.10): single use, ten minutes, in memory. Any thread.
class AuthorizeCodes
{
public:
    static constexpr std::chrono::seconds Lifetime{600};

    /// What a code stands for.
    struct Grant
    {
        const Persona* persona = nullptr;
        std::string redirectUri;
        std::string codeChallenge; ///< S256
        std::string scope;
        std::string nonce;
        bool continuousAccess = false;
    };

    /// The clock must outlive it.
    explicit AuthorizeCodes(const Clock& clock);

    [[nodiscard]] std::string issue(Grant grant);

    enum class Redeem { Good, Used, Expired, Unknown };
    /// Uses the code up, whatever comes of it.
    [[nodiscard]] Redeem redeem(std::string_view code, Grant& grant);

private:
    struct Entry
    {
        Grant grant;
        std::chrono::nanoseconds issued{0};
        bool used = false;
    };

    const Clock& m_clock;
    std::mutex m_mutex;
    std::map<std::string, Entry, std::less<>> m_entries;
};

} // namespace gatehouse::local
