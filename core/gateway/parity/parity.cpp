// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/parity/parity.h"

#include "core/base/encoding.h"
#include "core/gateway/parity/compare.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace gatehouse::gateway {

namespace {

/// "2026-12-01 12:00 UTC"
std::string momentText(DateTime moment)
{
    std::string text = formatDateTime(moment).substr(0, 16);
    std::ranges::replace(text, 'T', ' ');
    return text + " UTC";
}

bool isOf(const ParityCheck& check, const auto& entry)
{
    return entry.pool == check.pool && entry.primary == check.primary && entry.candidate == check.candidate;
}

std::string hashOf(const std::vector<ParityLine>& lines)
{
    std::string text;
    for (const ParityLine& line : lines) {
        text += wordOf(line.point);
        for (const std::string* const part : {&line.primary, &line.candidate, &line.details})
            text += '\x1f' + *part;
        text += '\x1e';
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        return {};
    // 128 bits are plenty against chance, and a named value is short.
    return toBase64Url(std::string_view(reinterpret_cast<const char*>(digest.data()), 16));
}

/// Lets the exceptions in force cover what differs, and says of the others that they ended.
ParityLine applyExceptions(ParityCheck& check, const ParityRegister& entries, DateTime now)
{
    ParityLine line{ParityPoint::Exceptions, Accord::Holds, "–", {}, {}, {}, {}};
    std::string ended;
    for (const ParityException& exception : entries.exceptions) {
        const auto found = std::ranges::find(check.lines, exception.point, &ParityLine::point);
        if (!isOf(check, exception) || found == check.lines.end() || found->verdict != Accord::Differs)
            continue;
        const std::string title(titleOf(exception.point));
        if (now >= exception.expiry) {
            ended += (ended.empty() ? "" : " ") +
                     ("The exception for “" + title + "” ended " + momentText(exception.expiry) + ".");
            continue;
        }
        found->exception = exception;
        check.kind = RouteKind::Exception;
        line.candidate += (line.candidate.empty() ? "" : ", ") + title + ": " + exception.owner + " until " +
                          momentText(exception.expiry);
    }
    if (line.candidate.empty())
        line.candidate = "none in force";
    line.verdict = ended.empty() ? Accord::Holds : Accord::Differs;
    line.sentence = !ended.empty()                       ? ended
                    : check.kind == RouteKind::Exception ? "Each exception has an owner and an end."
                                                         : "No exception is in force.";
    return line;
}

std::string titles(const std::vector<ParityLine>& lines, Accord verdict)
{
    std::string text;
    for (const ParityLine& line : lines) {
        if (line.verdict == verdict && !line.exception && line.point != ParityPoint::Exceptions)
            text += (text.empty() ? "" : ", ") + std::string(titleOf(line.point));
    }
    return text;
}

Certification certify(const ParityCheck& check, const ParityRegister& entries, DateTime now)
{
    using State = Certification::State;
    Certification result;
    const auto last =
        std::ranges::find_if(entries.certificates, [&](const Certificate& one) { return isOf(check, one); });
    if (last != entries.certificates.end())
        result.certificate = *last;
    const std::string differs = titles(check.lines, Accord::Differs);
    const std::string unknown = titles(check.lines, Accord::Unknown);
    if (!differs.empty()) {
        result.sentence = "Not certified: it differs in " + differs + ".";
        return result;
    }
    if (!unknown.empty()) {
        result.state = State::NotKnown;
        result.sentence = "Not certified: not known: " + unknown + ".";
        return result;
    }
    result.mayBeCertified = true;
    if (!result.certificate) {
        result.sentence = "Not certified: nobody has vouched for it yet.";
    } else if (now >= last->expiry) {
        result.state = State::Expired;
        result.sentence =
            "Not certified: the certificate of " + last->owner + " ended " + momentText(last->expiry) + ".";
    } else if (check.facts.empty() || last->facts != check.facts) {
        result.state = State::Void;
        result.sentence = "Not certified: something has changed since " + last->owner + " certified it on " +
                          momentText(last->date) + ".";
    } else {
        result.state = State::Certified;
        result.sentence = "Certified by " + last->owner + " until " + momentText(last->expiry) + ".";
    }
    return result;
}

Reading<AccountFacts> accountOf(const BackendAccess& access, const std::vector<AccountFacts>& accounts,
                                const std::string& why)
{
    for (const AccountFacts& account : accounts) {
        if (!access.accountId.empty() && equalsIgnoreCase(account.id, access.accountId))
            return account;
    }
    for (const AccountFacts& account : accounts) {
        const bool same =
            !access.host.empty() &&
            (account.host == access.host ||
             (!account.subdomain.empty() && access.host.starts_with(toLower(account.subdomain) + ".")));
        if (same)
            return account;
    }
    return Reading<AccountFacts>::unread(
        why.empty() ? "No account that you may read has the endpoint of " + access.name + "." : why);
}

ParitySide sideOf(const std::string& backend, const GatewayFacts& gateway,
                  const std::vector<AccountFacts>& accounts, const std::string& accountsWhy,
                  const ParityRegister& entries)
{
    ParitySide side;
    side.backend = backend;
    const auto declared = std::ranges::find(entries.declarations, backend, &ToolDeclaration::backend);
    if (declared != entries.declarations.end())
        side.tools = declared->tools;
    if (!gateway.backends) {
        side.access.why = side.account.why = gateway.backends.why;
        return side;
    }
    for (const BackendAccess& access : *gateway.backends) {
        if (!equalsIgnoreCase(access.name, backend))
            continue;
        side.access = access;
        side.account = accountOf(access, accounts, accountsWhy);
        return side;
    }
    side.access.why = side.account.why = "The gateway has no backend " + backend + ".";
    return side;
}

} // namespace

ParityCheck checkParity(const ParityQuestion& question, const ParityRegister& entries, DateTime now)
{
    const ParitySide& primary = question.primary;
    const ParitySide& candidate = question.candidate;
    ParityCheck check;
    check.pool = question.pool;
    check.primary = primary.backend;
    check.candidate = candidate.backend;
    check.lines = {compareResidency(primary, candidate),
                   compareModels(primary, candidate),
                   compareFilters(primary, candidate),
                   compareLogging(primary, candidate),
                   compareTools(primary, candidate),
                   compareIdentity(primary, candidate),
                   comparePrivateEndpoints(primary, candidate),
                   compareLimits(primary, candidate, question.limits)};
    check.facts = hashOf(check.lines);
    check.lines.push_back(applyExceptions(check, entries, now));
    check.certification = certify(check, entries, now);
    return check;
}

std::vector<ParityCheck> checkPools(const std::vector<Pool>& pools, const GatewayFacts& gateway,
                                    const std::vector<AccountFacts>& accounts, const std::string& accountsWhy,
                                    const ParityRegister& entries, DateTime now)
{
    std::vector<ParityCheck> checks;
    for (const Pool& pool : pools) {
        std::vector<PoolMember> members = pool.members;
        std::ranges::stable_sort(members, {}, &PoolMember::priority);
        for (std::size_t i = 1; i < members.size(); ++i) {
            const auto side = [&](const PoolMember& member) {
                return sideOf(member.backend, gateway, accounts, accountsWhy, entries);
            };
            checks.push_back(
                checkParity({pool.name, side(members[0]), side(members[i]), gateway.limits}, entries, now));
        }
    }
    return checks;
}

} // namespace gatehouse::gateway
