// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/authorizecodes.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxAuthorizeCodes = 1'000;

} // namespace

AuthorizeCodes::AuthorizeCodes(const Clock& clock)
    : m_clock(clock)
{}

std::string AuthorizeCodes::issue(Grant grant)
{
    std::string code = "1." + toBase64Url(randomBytes(48));
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.monotonic();
    // Used and expired ones are remembered for a while, so that their owner hears which it was.
    std::erase_if(m_entries, [now](const auto& entry) { return now - entry.second.issued > 2 * Lifetime; });
    while (m_entries.size() >= MaxAuthorizeCodes) {
        m_entries.erase(
            std::min_element(m_entries.begin(), m_entries.end(),
                             [](const auto& a, const auto& b) { return a.second.issued < b.second.issued; }));
    }
    m_entries[code] = {std::move(grant), now, false};
    return code;
}

AuthorizeCodes::Redeem AuthorizeCodes::redeem(std::string_view code, Grant& grant)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(code);
    if (found == m_entries.end())
        return Redeem::Unknown;
    Entry& entry = found->second;
    if (entry.used)
        return Redeem::Used;
    entry.used = true;
    if (m_clock.monotonic() - entry.issued > Lifetime)
        return Redeem::Expired;
    grant = entry.grant;
    return Redeem::Good;
}

} // namespace gatehouse::local
