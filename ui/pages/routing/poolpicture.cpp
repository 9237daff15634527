// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/poolpicture.h"

#include "core/base/encoding.h"
#include "core/gateway/topology/breakeredit.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <set>

namespace gatehouse::ui {

namespace {

/// Where the words of this file are translated.
struct PictureWords
{
    Q_DECLARE_TR_FUNCTIONS(PoolPicture)
};

const gateway::EndpointHealth* healthOf(const jobs::RoutingView& view, const std::string& backend)
{
    if (!view.health)
        return nullptr;
    const auto& endpoints = view.health->endpoints;
    const auto found = std::ranges::find_if(endpoints, [&](const gateway::EndpointHealth& one) {
        return equalsIgnoreCase(one.backend, backend);
    });
    return found == endpoints.end() ? nullptr : &*found;
}

bool isOpen(const jobs::RoutingView& view, const std::string& backend)
{
    const gateway::EndpointHealth* const health = healthOf(view, backend);
    return health != nullptr && health->circuit().source != gateway::StateSource::Unknown &&
           health->circuit().state == gateway::CircuitState::Open;
}

std::string breakerWords(const jobs::RoutingView& view, const std::string& backend)
{
    const auto properties = view.properties.find(backend);
    if (properties == view.properties.end())
        return {};
    const gateway::BreakerDraft rule = gateway::breakerDraft(properties->second);
    if (!rule.hasRule)
        return PictureWords::tr("No circuit breaker rule").toStdString();
    const QString amount = QString::fromStdString(rule.amount);
    const QString interval = QString::fromStdString(rule.interval);
    const QString trip = QString::fromStdString(rule.tripDuration);
    return (rule.byPercentage ? PictureWords::tr("%1 % failures within %2 open its circuit for %3")
                              : PictureWords::tr("%1 failures within %2 open its circuit for %3"))
        .arg(amount, interval, trip)
        .toStdString();
}

MemberPicture memberOf(const jobs::RoutingView& view, const gateway::PoolMember& member)
{
    MemberPicture picture;
    picture.backend = member.backend;
    picture.priority = member.priority;
    picture.weight = member.weight;
    const auto backend = std::ranges::find_if(view.backends, [&](const gateway::Backend& one) {
        return equalsIgnoreCase(one.name, member.backend);
    });
    picture.exists = backend != view.backends.end();
    if (picture.exists)
        picture.region = backend->region;
    if (const gateway::EndpointHealth* const health = healthOf(view, member.backend)) {
        picture.circuit = health->circuit();
        picture.share.attempts = health->requests;
    }
    picture.breaker = breakerWords(view, member.backend);
    return picture;
}

std::vector<std::string> usersOf(const jobs::RoutingView& view, const gateway::RoutingPlan& plan,
                                 const std::string& name)
{
    std::vector<std::string> users;
    for (const gateway::RoutingRule& rule : plan.rules) {
        if (rule.enabled && equalsIgnoreCase(rule.pool, name))
            users.push_back(
                PictureWords::tr("rule “%1”").arg(QString::fromStdString(rule.name)).toStdString());
    }
    if (equalsIgnoreCase(plan.defaultPool, name))
        users.push_back(PictureWords::tr("requests that no rule matches").toStdString());
    for (const jobs::RoutingPolicy& policy : view.policies) {
        if (equalsIgnoreCase(policy.backend, name))
            users.push_back(PictureWords::tr("the policy of “%1”")
                                .arg(QString::fromStdString(policy.name))
                                .toStdString());
    }
    return users;
}

PoolPicture poolOf(const jobs::RoutingView& view, const gateway::RoutingPlan& plan, const gateway::Pool& pool)
{
    PoolPicture picture;
    picture.name = pool.name;
    picture.usedBy = usersOf(view, plan, pool.name);
    if (const auto properties = view.properties.find(pool.name); properties != view.properties.end())
        picture.title = textAt(properties->second, "title");
    const auto shares = gateway::sharesOf(
        pool, [&](const std::string& backend) { return !isOpen(view, backend); },
        [&](const std::string& backend) {
            const gateway::EndpointHealth* const health = healthOf(view, backend);
            return health != nullptr ? health->requests : 0;
        });
    for (std::size_t i = 0; i < pool.members.size(); ++i) {
        picture.members.push_back(memberOf(view, pool.members[i]));
        picture.members.back().share = shares[i];
    }
    std::ranges::stable_sort(picture.members, {}, &MemberPicture::priority);
    if (const auto drained = view.drained.find(pool.name); drained != view.drained.end()) {
        for (const gateway::DrainedMember& one : drained->second) {
            picture.members.push_back(memberOf(view, one.member));
            picture.members.back().drained = true;
        }
    }
    return picture;
}

} // namespace

std::vector<PoolPicture> picturesOf(const jobs::RoutingView& view, const gateway::RoutingPlan& plan)
{
    std::vector<PoolPicture> pictures;
    std::set<std::string> inPools;
    for (const gateway::Pool& pool : view.pools) {
        pictures.push_back(poolOf(view, plan, pool));
        for (const MemberPicture& member : pictures.back().members)
            inPools.insert(toLower(member.backend));
    }
    std::ranges::sort(pictures, {}, &PoolPicture::name);
    PoolPicture alone;
    for (const gateway::Backend& backend : view.backends) {
        if (!inPools.contains(toLower(backend.name)))
            alone.members.push_back(memberOf(view, {backend.name, 1, 1}));
    }
    if (!alone.members.empty())
        pictures.push_back(std::move(alone));
    return pictures;
}

std::vector<std::string> unhealthyBackends(const jobs::RoutingView& view)
{
    std::vector<std::string> names;
    for (const gateway::Backend& backend : view.backends) {
        if (isOpen(view, backend.name))
            names.push_back(backend.name);
    }
    return names;
}

} // namespace gatehouse::ui
