// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/routingdrafts.h"

#include "core/base/encoding.h"
#include "ui/pages/routing/plandraft.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace gatehouse::ui {

namespace {

struct DraftWords
{
    Q_DECLARE_TR_FUNCTIONS(RoutingDrafts)
};

std::string titled(const QString& pattern, const std::string& name)
{
    return pattern.arg(QString::fromStdString(name)).toStdString();
}

std::string backendId(const jobs::RoutingView& view, const std::string& name)
{
    return view.serviceId + "/backends/" + name;
}

Result<Json> propertiesOf(const jobs::RoutingView& view, const std::string& name)
{
    const auto found = view.properties.find(name);
    if (found == view.properties.end())
        return fail(Error::Kind::NotFound, titled(DraftWords::tr("There is no backend “%1” any more."), name),
                    DraftWords::tr("Refresh the page.").toStdString());
    return found->second;
}

/// "East US (aoai-eastus)", as far as the region is known.
std::string placeOf(const jobs::RoutingView& view, const std::string& backend)
{
    for (const gateway::Backend& one : view.backends) {
        if (equalsIgnoreCase(one.name, backend) && !one.region.empty())
            return one.region + " (" + one.name + ")";
    }
    return backend;
}

Result<jobs::ChangeSet> oneChange(const jobs::RoutingView& view, const std::string& name,
                                  const std::string& title, const Json& base, const Result<Json>& wanted)
{
    if (!wanted)
        return fail(wanted.error());
    jobs::ChangeSet set;
    set.title = title;
    set.changes.push_back({backendId(view, name), title, base, *wanted, {}});
    return set;
}

} // namespace

Result<jobs::ChangeSet> planChange(const std::string& serviceId, const std::optional<Json>& base,
                                   const gateway::RoutingFragment& before,
                                   const gateway::RoutingFragment& draft)
{
    const auto xml = gateway::writeRoutingFragment(draft);
    if (!xml)
        return fail(xml.error());
    jobs::Change change;
    change.resourceId = serviceId + "/policyFragments/" + std::string(gateway::RoutingFragmentId);
    change.title = DraftWords::tr("Routing rules").toStdString();
    change.base = base;
    if (change.base)
        (*change.base)["format"] = "xml"; // what it was read as, whether the service says so or not
    Json wanted = change.base.value_or(
        Json{{"description", DraftWords::tr("Where each request goes. Gatehouse writes it.").toStdString()}});
    wanted["format"] = "xml";
    wanted["value"] = *xml;
    change.wanted = std::move(wanted);
    const QString words = changeWords(before.plan, draft.plan);
    jobs::ChangeSet set;
    set.title = words.isEmpty() ? change.title : DraftWords::tr("Routing rules: %1").arg(words).toStdString();
    set.changes.push_back(std::move(change));
    return set;
}

Result<jobs::ChangeSet> drainChange(const jobs::RoutingView& view, const std::string& backend)
{
    jobs::ChangeSet set;
    set.title = titled(DraftWords::tr("Drain %1"), placeOf(view, backend));
    for (const gateway::Pool& pool : view.pools) {
        if (std::ranges::none_of(pool.members, [&](const gateway::PoolMember& member) {
                return equalsIgnoreCase(member.backend, backend);
            }))
            continue;
        const auto base = propertiesOf(view, pool.name);
        if (!base)
            return fail(base.error());
        auto wanted = gateway::drained(*base, backend);
        if (!wanted) {
            Error error = wanted.error();
            error.message = titled(DraftWords::tr("Pool “%1”: "), pool.name) + error.message;
            return fail(std::move(error));
        }
        set.changes.push_back({backendId(view, pool.name),
                               titled(DraftWords::tr("Members of %1"), pool.name),
                               *base,
                               std::move(*wanted),
                               {}});
    }
    if (set.changes.empty())
        return fail(Error::Kind::InvalidInput, titled(DraftWords::tr("“%1” is in no pool."), backend),
                    DraftWords::tr("What sends calls to it names it directly.").toStdString());
    return set;
}

Result<jobs::ChangeSet> restoreChange(const jobs::RoutingView& view, const std::string& backend)
{
    jobs::ChangeSet set;
    set.title = titled(DraftWords::tr("Restore %1"), placeOf(view, backend));
    for (const auto& [pool, members] : view.drained) {
        if (std::ranges::none_of(members, [&](const gateway::DrainedMember& one) {
                return equalsIgnoreCase(one.member.backend, backend);
            }))
            continue;
        const auto base = propertiesOf(view, pool);
        if (!base)
            return fail(base.error());
        const auto wanted = gateway::restored(*base, backend);
        if (!wanted)
            return fail(wanted.error());
        set.changes.push_back(
            {backendId(view, pool), titled(DraftWords::tr("Members of %1"), pool), *base, *wanted, {}});
    }
    if (set.changes.empty())
        return fail(Error::Kind::InvalidInput,
                    titled(DraftWords::tr("“%1” is not drained from any pool."), backend));
    return set;
}

Result<jobs::ChangeSet> breakerChange(const jobs::RoutingView& view, const std::string& backend,
                                      const gateway::BreakerDraft& draft)
{
    const auto base = propertiesOf(view, backend);
    if (!base)
        return fail(base.error());
    return oneChange(view, backend, titled(DraftWords::tr("Circuit breaker of %1"), backend), *base,
                     gateway::withBreaker(*base, draft));
}

Result<jobs::ChangeSet> membersChange(const jobs::RoutingView& view, const std::string& pool,
                                      const std::vector<gateway::MemberDraft>& members)
{
    const auto base = propertiesOf(view, pool);
    if (!base)
        return fail(base.error());
    return oneChange(view, pool, titled(DraftWords::tr("Members of %1"), pool), *base,
                     gateway::withMembers(*base, members, view.serviceId));
}

} // namespace gatehouse::ui
