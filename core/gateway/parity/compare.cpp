// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/parity/compare.h"

#include "core/base/encoding.h"
#include "core/gateway/parity/geography.h"

#include <algorithm>
#include <cctype>

namespace gatehouse::gateway {

namespace {

constexpr const char* NotKnown = "not known";

ParityLine unknownLine(ParityPoint point, std::string primary, std::string candidate, std::string sentence)
{
    return {point, Accord::Unknown, std::move(primary), std::move(candidate), std::move(sentence), {}, {}};
}

ParityLine judged(ParityPoint point, bool same, std::string primary, std::string candidate,
                  std::string sentence)
{
    return {point,
            same ? Accord::Holds : Accord::Differs,
            std::move(primary),
            std::move(candidate),
            std::move(sentence),
            {},
            {}};
}

/// Gathers what is said of each deployment: a difference outweighs what is not known.
class Findings
{
public:
    void differs(const std::string& what) { add(m_differences, what); }
    void unknown(const std::string& what) { add(m_unknown, what); }

    [[nodiscard]] ParityLine line(ParityPoint point, std::string primary, std::string candidate,
                                  const std::string& same) const
    {
        ParityLine line{point, Accord::Holds, std::move(primary), std::move(candidate), same, {}, {}};
        if (!m_differences.empty()) {
            line.verdict = Accord::Differs;
            line.sentence = m_differences;
        } else if (!m_unknown.empty()) {
            line.verdict = Accord::Unknown;
            line.sentence = m_unknown;
        }
        return line;
    }

private:
    static void add(std::string& text, const std::string& what)
    {
        if (text.find(what) != std::string::npos)
            return;
        if (!text.empty())
            text += ' ';
        text += what;
    }
    std::string m_differences;
    std::string m_unknown;
};

/// Why the deployments of a side are not known; "" when they are.
std::string whyNoDeployments(const ParitySide& side)
{
    if (!side.account)
        return side.account.why;
    return side.account->deployments ? std::string() : side.account->deployments.why;
}

std::string whyNone(const ParitySide& primary, const ParitySide& candidate)
{
    const std::string first = whyNoDeployments(primary);
    return first.empty() ? whyNoDeployments(candidate) : first;
}

const std::vector<DeploymentFacts>& deploymentsOf(const ParitySide& side)
{
    return *side.account->deployments;
}

/// The gateway calls a deployment by its name at whatever endpoint it goes to.
const DeploymentFacts* namesake(const ParitySide& side, const DeploymentFacts& deployment)
{
    const auto& all = deploymentsOf(side);
    const auto found = std::ranges::find_if(
        all, [&](const DeploymentFacts& one) { return equalsIgnoreCase(one.name, deployment.name); });
    return found == all.end() ? nullptr : &*found;
}

template <typename Text>
std::string listed(const ParitySide& side, Text textOf)
{
    std::vector<std::string> parts;
    for (const DeploymentFacts& deployment : deploymentsOf(side))
        parts.push_back(deployment.name + ": " + textOf(deployment));
    std::ranges::sort(parts);
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text.empty() ? "no deployments" : text;
}

/// Where a deployment's requests are worked on, by its SKU.
std::string scopeOf(const DeploymentFacts& deployment)
{
    const std::string sku = toLower(deployment.sku);
    if (sku.empty())
        return {};
    if (sku.starts_with("global"))
        return "anywhere";
    return sku.starts_with("datazone") ? "in the data zone" : "in the region";
}

std::string placeOf(const AccountFacts& account)
{
    const std::string geography = geographyOf(account.location);
    if (account.location.empty())
        return NotKnown;
    return account.location + (geography.empty() ? "" : ", " + geography);
}

std::string withScopes(const ParitySide& side)
{
    std::string wide;
    for (const DeploymentFacts& deployment : deploymentsOf(side)) {
        const std::string scope = scopeOf(deployment);
        if (scope != "in the region")
            wide += "; " + deployment.name + " " + (scope.empty() ? "somewhere" : scope);
    }
    return placeOf(*side.account) + wide;
}

void compareGeographies(const AccountFacts& primary, const AccountFacts& candidate, Findings& findings)
{
    if (!primary.location.empty() && primary.location == candidate.location)
        return;
    const std::string from = geographyOf(primary.location);
    const std::string to = geographyOf(candidate.location);
    if (from.empty() || to.empty())
        findings.unknown("The geography of one of the regions is not known.");
    else if (from != to)
        findings.differs("Data would leave " + from + " for " + to + ".");
}

const FilterPolicyFacts* policyOf(const ParitySide& side, const std::string& name)
{
    if (!side.account->filters)
        return nullptr;
    const auto& all = *side.account->filters;
    const auto found = std::ranges::find_if(
        all, [&](const FilterPolicyFacts& one) { return equalsIgnoreCase(one.name, name); });
    return found == all.end() ? nullptr : &*found;
}

bool isMicrosofts(const std::string& policy)
{
    return toLower(policy).starts_with("microsoft.");
}

void comparePolicies(const ParitySide& primary, const DeploymentFacts& own, const ParitySide& candidate,
                     const DeploymentFacts& other, Findings& findings)
{
    if (own.filterPolicy.empty() || other.filterPolicy.empty()) {
        findings.unknown("Which policy filters " + own.name + " is not said on both sides.");
        return;
    }
    const FilterPolicyFacts* const here = policyOf(primary, own.filterPolicy);
    const FilterPolicyFacts* const there = policyOf(candidate, other.filterPolicy);
    if (here != nullptr && there != nullptr) {
        if (here->content() != there->content())
            findings.differs("The policies of " + own.name + " do not filter the same.");
        return;
    }
    // A policy of Microsoft's is the same wherever it has the same name.
    if (isMicrosofts(own.filterPolicy) && equalsIgnoreCase(own.filterPolicy, other.filterPolicy))
        return;
    findings.unknown("What the policies of " + own.name + " filter could not be read on both sides.");
}

std::string contentsOf(const ParitySide& side)
{
    std::vector<std::string> parts;
    for (const DeploymentFacts& deployment : deploymentsOf(side)) {
        if (const FilterPolicyFacts* policy = policyOf(side, deployment.filterPolicy))
            parts.push_back(deployment.name + "=" + policy->content());
    }
    std::ranges::sort(parts);
    std::string text;
    for (const std::string& part : parts)
        text += part + "\n";
    return text;
}

std::string logText(const AccountFacts& account)
{
    if (!account.logs)
        return NotKnown;
    std::string text;
    for (const std::string& category : account.logs->categories)
        text += (text.empty() ? "" : ", ") + category;
    if (text.empty())
        return "nothing is logged";
    if (account.logs->workspaces.empty())
        return text + "; to no workspace";
    return text + "; kept " +
           (account.retentionDays ? std::to_string(*account.retentionDays) + " days"
                                  : "for a time not known");
}

std::string identityText(const ParitySide& side)
{
    const std::string credential = side.access ? side.access->credentialText() : NotKnown;
    const std::string keys = !side.account           ? "keys not known"
                             : side.account->keysOff ? "keys off"
                                                     : "keys on";
    return credential + "; " + keys;
}

std::string networkText(const AccountFacts& account)
{
    std::string text = account.network == NetworkAccess::Off ? "public access off"
                       : account.network == NetworkAccess::SelectedNetworks
                           ? "public access for selected networks"
                           : "public access on";
    return text + "; private endpoints: " +
           (account.privateEndpoints ? describe(*account.privateEndpoints) : NotKnown);
}

bool isNameCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

/// The name as a word of its own: aoai-east is not in aoai-eastus.
bool mentions(const std::string& text, const std::string& name)
{
    const std::string folded = toLower(text);
    const std::string wanted = toLower(name);
    for (std::size_t at = folded.find(wanted); at != std::string::npos; at = folded.find(wanted, at + 1)) {
        const std::size_t end = at + wanted.size();
        if ((at == 0 || !isNameCharacter(folded[at - 1])) &&
            (end == folded.size() || !isNameCharacter(folded[end])))
            return true;
    }
    return false;
}

void judgeLimit(const LimitFacts& limit, const ParitySide& primary, const ParitySide& candidate,
                Findings& findings)
{
    const std::string where = limit.policy + " of " + limit.place;
    const std::string text = limit.conditions + " " + limit.counterKey;
    const bool here = mentions(text, primary.backend);
    const bool there = mentions(text, candidate.backend);
    if (here != there)
        findings.differs("The limit " + where + " names " + (here ? primary.backend : candidate.backend) +
                         " alone.");
    else if (here || limit.afterBackend || toLower(text).find("backend") != std::string::npos)
        findings.unknown("The limit " + where + " depends on the backend in a way that is not known.");
}

} // namespace

ParityLine compareResidency(const ParitySide& primary, const ParitySide& candidate)
{
    const std::string why = whyNone(primary, candidate);
    if (!why.empty())
        return unknownLine(ParityPoint::Residency, primary.account ? placeOf(*primary.account) : NotKnown,
                           candidate.account ? placeOf(*candidate.account) : NotKnown, why);
    Findings findings;
    compareGeographies(*primary.account, *candidate.account, findings);
    for (const DeploymentFacts& own : deploymentsOf(primary)) {
        const DeploymentFacts* const other = namesake(candidate, own);
        if (other == nullptr)
            continue; // the models differ; that is another point
        const std::string from = scopeOf(own);
        const std::string to = scopeOf(*other);
        if (from.empty() || to.empty())
            findings.unknown("Where requests to " + own.name + " are worked on is not said.");
        else if (from != to)
            findings.differs("Requests to " + own.name + " are worked on " + from + " here, " + to +
                             " there.");
    }
    return findings.line(ParityPoint::Residency, withScopes(primary), withScopes(candidate),
                         "Data stays in the same geography.");
}

ParityLine compareModels(const ParitySide& primary, const ParitySide& candidate)
{
    const std::string why = whyNone(primary, candidate);
    if (!why.empty())
        return unknownLine(ParityPoint::Models, NotKnown, NotKnown, why);
    Findings findings;
    if (deploymentsOf(primary).empty())
        findings.unknown("The primary has no deployments to compare with.");
    for (const DeploymentFacts& own : deploymentsOf(primary)) {
        const DeploymentFacts* const other = namesake(candidate, own);
        if (other == nullptr)
            findings.differs("The fallback has no deployment " + own.name + ".");
        else if (own.model.empty() || own.version.empty() || other->model.empty() || other->version.empty())
            findings.unknown("The model of " + own.name + " is not said on both sides.");
        else if (!equalsIgnoreCase(own.model, other->model))
            findings.differs(own.name + " is another model there.");
        else if (own.version != other->version)
            findings.differs(own.name + " is another version there.");
    }
    const auto model = [](const DeploymentFacts& one) {
        return (one.model.empty() ? NotKnown : one.model) + (one.version.empty() ? "" : " " + one.version);
    };
    return findings.line(ParityPoint::Models, listed(primary, model), listed(candidate, model),
                         "Each deployment has the same model in the same version.");
}

ParityLine compareFilters(const ParitySide& primary, const ParitySide& candidate)
{
    const std::string why = whyNone(primary, candidate);
    if (!why.empty())
        return unknownLine(ParityPoint::ContentFilter, NotKnown, NotKnown, why);
    Findings findings;
    if (deploymentsOf(primary).empty())
        findings.unknown("The primary has no deployments to compare with.");
    for (const DeploymentFacts& own : deploymentsOf(primary)) {
        if (const DeploymentFacts* const other = namesake(candidate, own))
            comparePolicies(primary, own, candidate, *other, findings);
    }
    const auto policy = [](const DeploymentFacts& one) {
        return one.filterPolicy.empty() ? std::string("not said") : one.filterPolicy;
    };
    ParityLine line = findings.line(ParityPoint::ContentFilter, listed(primary, policy),
                                    listed(candidate, policy), "The same is filtered on both sides.");
    line.details = contentsOf(primary) + contentsOf(candidate);
    return line;
}

ParityLine compareLogging(const ParitySide& primary, const ParitySide& candidate)
{
    for (const ParitySide* const side : {&primary, &candidate}) {
        const std::string why = !side->account        ? side->account.why
                                : side->account->logs ? std::string()
                                                      : side->account->logs.why;
        if (!why.empty())
            return unknownLine(ParityPoint::Logging, primary.account ? logText(*primary.account) : NotKnown,
                               candidate.account ? logText(*candidate.account) : NotKnown, why);
    }
    const LogSettings& own = *primary.account->logs;
    const LogSettings& other = *candidate.account->logs;
    const bool bothSend = !own.workspaces.empty() && !other.workspaces.empty();
    Findings findings;
    if (own.categories != other.categories)
        findings.differs("The accounts do not log the same.");
    else if (own.workspaces.empty() != other.workspaces.empty())
        findings.differs("One of the accounts sends its log to no workspace.");
    else if (bothSend && own.workspaces != other.workspaces) {
        const Reading<int>& here = primary.account->retentionDays;
        const Reading<int>& there = candidate.account->retentionDays;
        if (!here || !there)
            findings.unknown("How long the logs are kept could not be read: " +
                             (here ? there.why : here.why));
        else if (*here != *there)
            findings.differs("The logs are not kept for the same time.");
    }
    return findings.line(ParityPoint::Logging, logText(*primary.account), logText(*candidate.account),
                         own.categories.empty() ? "Neither account logs anything of its own."
                                                : "The same is logged and kept for as long.");
}

ParityLine compareTools(const ParitySide& primary, const ParitySide& candidate)
{
    const auto text = [](const ParitySide& side) {
        return side.tools.empty() ? std::string("not declared") : side.tools;
    };
    if (primary.tools.empty() || candidate.tools.empty())
        return unknownLine(ParityPoint::Tools, text(primary), text(candidate),
                           "Azure does not say which tools and data an endpoint may reach: declare it.");
    const bool same = equalsIgnoreCase(primary.tools, candidate.tools);
    return judged(ParityPoint::Tools, same, text(primary), text(candidate),
                  same ? "Declared to be the same." : "Other tools or data are declared.");
}

ParityLine compareIdentity(const ParitySide& primary, const ParitySide& candidate)
{
    const std::string here = identityText(primary);
    const std::string there = identityText(candidate);
    for (const ParitySide* const side : {&primary, &candidate}) {
        const std::string why = !side->access    ? side->access.why
                                : !side->account ? side->account.why
                                : side->access->credential == Credential::None
                                    ? "A backend holds no credential; which one a policy adds is not known."
                                    : std::string();
        if (!why.empty())
            return unknownLine(ParityPoint::Identity, here, there, why);
    }
    return judged(ParityPoint::Identity, here == there, here, there,
                  here == there ? "Reached in the same way." : "Reached in another way.");
}

ParityLine comparePrivateEndpoints(const ParitySide& primary, const ParitySide& candidate)
{
    for (const ParitySide* const side : {&primary, &candidate}) {
        const std::string why = !side->account                    ? side->account.why
                                : side->account->privateEndpoints ? std::string()
                                                                  : side->account->privateEndpoints.why;
        if (!why.empty())
            return unknownLine(ParityPoint::PrivateEndpoint,
                               primary.account ? networkText(*primary.account) : NotKnown,
                               candidate.account ? networkText(*candidate.account) : NotKnown, why);
    }
    const AccountFacts& own = *primary.account;
    const AccountFacts& other = *candidate.account;
    const bool same = own.network == other.network &&
                      anyApproved(*own.privateEndpoints) == anyApproved(*other.privateEndpoints);
    return judged(ParityPoint::PrivateEndpoint, same, networkText(own), networkText(other),
                  same ? "Reached over the same kind of network." : "Reached over another kind of network.");
}

ParityLine compareLimits(const ParitySide& primary, const ParitySide& candidate,
                         const Reading<std::vector<LimitFacts>>& limits)
{
    if (!limits)
        return unknownLine(ParityPoint::TokenLimits, NotKnown, NotKnown, limits.why);
    Findings findings;
    std::string details;
    for (const LimitFacts& limit : *limits) {
        judgeLimit(limit, primary, candidate, findings);
        details += limit.policy + "|" + limit.counterKey + "|" + limit.place + "|" + limit.conditions + "\n";
    }
    const std::string count = limits->empty()       ? "none"
                              : limits->size() == 1 ? "1 limit"
                                                    : std::to_string(limits->size()) + " limits";
    ParityLine line =
        findings.line(ParityPoint::TokenLimits, count, count,
                      limits->empty() ? "No limit stands in the policies, for either of them."
                                      : "The same limits and counter keys apply before a backend is chosen.");
    line.details = std::move(details);
    return line;
}

} // namespace gatehouse::gateway
