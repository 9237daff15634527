// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/devicecodes.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxDeviceCodes = 1'000;
constexpr std::size_t UserCodeLength = 9;
/// A poll this much early is a client whose timer is coarse, not one that hurries.
constexpr std::chrono::seconds Tolerance{1};

/// Without letters and digits that look alike.
std::string makeUserCode()
{
    static constexpr std::string_view Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    std::string code;
    for (const char byte : randomBytes(UserCodeLength))
        code += Alphabet[static_cast<unsigned char>(byte) % Alphabet.size()];
    return code;
}

std::string normalized(std::string_view typed)
{
    std::string code;
    for (const char c : typed) {
        if (c != '-' && c != ' ')
            code += c;
    }
    return code;
}

} // namespace

DeviceCodes::DeviceCodes(const Clock& clock, const Persona* approveAs)
    : m_clock(clock)
    , m_approveAs(approveAs)
{}

/// An expired code is remembered for one more lifetime, so that its owner hears "expired" and not "unknown".
void DeviceCodes::forgetOld(std::chrono::nanoseconds now)
{
    std::erase_if(m_entries, [now](const auto& entry) { return now - entry.second.issued > 2 * Lifetime; });
    while (m_entries.size() >= MaxDeviceCodes) {
        m_entries.erase(
            std::min_element(m_entries.begin(), m_entries.end(),
                             [](const auto& a, const auto& b) { return a.second.issued < b.second.issued; }));
    }
}

DeviceCodes::Issued DeviceCodes::issue(std::string scope, bool continuousAccess)
{
    Issued issued{toBase64Url(randomBytes(48)), makeUserCode()};
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.monotonic();
    forgetOld(now);
    Entry entry;
    entry.userCode = issued.userCode;
    entry.scope = std::move(scope);
    entry.continuousAccess = continuousAccess;
    entry.persona = m_approveAs;
    entry.issued = now;
    m_entries[issued.deviceCode] = std::move(entry);
    return issued;
}

DeviceCodes::Decision DeviceCodes::decide(std::string_view userCode, const Persona* persona)
{
    const std::string code = normalized(userCode);
    const std::lock_guard lock(m_mutex);
    for (auto& [deviceCode, entry] : m_entries) {
        if (!equalsIgnoreCase(entry.userCode, code))
            continue;
        if (m_clock.monotonic() - entry.issued > Lifetime)
            return Decision::Expired;
        if (entry.persona != nullptr || entry.declined)
            return Decision::Decided;
        entry.persona = persona;
        entry.declined = persona == nullptr;
        return Decision::Done;
    }
    return Decision::Unknown;
}

DeviceCodes::Outcome DeviceCodes::poll(std::string_view deviceCode)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(deviceCode);
    if (found == m_entries.end())
        return {};
    Entry& entry = found->second;
    const auto now = m_clock.monotonic();
    if (now - entry.issued > Lifetime)
        return {Poll::Expired, nullptr, {}, false};
    if (entry.declined)
        return {Poll::Declined, nullptr, {}, false};
    if (entry.persona != nullptr) {
        Outcome outcome{Poll::Approved, entry.persona, std::move(entry.scope), entry.continuousAccess};
        m_entries.erase(found);
        return outcome;
    }
    const bool early = entry.polled && now - *entry.polled < entry.interval - Tolerance;
    entry.polled = now;
    if (early)
        entry.interval += Interval; // RFC 8628 §3.5
    return {early ? Poll::SlowDown : Poll::Pending, nullptr, {}, false};
}

} // namespace gatehouse::local
