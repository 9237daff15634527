// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/apimrouting.h"

#include "core/base/encoding.h"
#include "core/gateway/policy/document.h"
#include "core/gateway/policy/rawxml.h"
#include "core/http/deferred.h"
#include "core/usage/columns.h"

#include <algorithm>
#include <array>

namespace gatehouse::jobs {

using Outcome = Result<std::shared_ptr<const RoutingView>>;

namespace {

constexpr std::array<const char*, gateway::TextFields> SeenColumns{"Task",        "Sensitivity", "Geography",
                                                                   "Environment", "Application", "Model"};

void readBackends(const std::vector<Json>& items, RoutingView& view)
{
    for (const Json& item : items) {
        const std::string name = textAt(item, "name");
        const Json& properties = memberAt(item, "properties");
        if (gateway::isPool(item)) {
            if (auto pool = gateway::poolFromArm(item)) {
                if (auto drained = gateway::drainedMembers(properties); !drained.empty())
                    view.drained[name] = std::move(drained);
                view.properties[name] = properties;
                view.pools.push_back(std::move(*pool));
                continue;
            }
        } else if (auto backend = gateway::backendFromArm(item)) {
            view.properties[name] = properties;
            view.backends.push_back(std::move(*backend));
            continue;
        }
        view.unreadable.push_back(name);
    }
}

void readFragment(const Json& resource, RoutingView& view)
{
    const Json& properties = memberAt(resource, "properties");
    view.fragmentProperties = properties;
    auto fragment = gateway::readRoutingFragment(textAt(properties, "value"));
    if (fragment)
        view.fragment = std::move(*fragment);
    else
        view.fragmentProblem = fragment.error();
}

bool isInbound(const gateway::PolicyElement& element)
{
    const std::vector<gateway::PolicyStep> path = element.path();
    return !path.empty() && path.front().element == "inbound";
}

RoutingPolicy readPolicy(const azure::ApimPolicy& policy)
{
    RoutingPolicy read;
    read.name = policy.name;
    auto document = gateway::PolicyDocument::parse(policy.xml, gateway::PolicyDocument::Root::Policies);
    if (!document) // some services answer with rawxml whatever is asked for (contracts §4.3)
        document = gateway::PolicyDocument::parse(gateway::xmlFromRaw(policy.xml),
                                                  gateway::PolicyDocument::Root::Policies);
    read.readable = document.has_value();
    if (!document)
        return read;
    for (const gateway::PolicyElement& element : document->elements("include-fragment")) {
        if (isInbound(element) &&
            equalsIgnoreCase(element.attribute("fragment-id").value_or(""), gateway::RoutingFragmentId))
            read.includesFragment = true;
    }
    for (const gateway::PolicyElement& element : document->elements("set-backend-service")) {
        // One that depends on a condition, or on an expression, does not say where calls go.
        const std::string backend = element.attribute("backend-id").value_or("");
        if (isInbound(element) && element.path().size() == 1 && backend.find('@') == std::string::npos)
            read.backend = backend;
    }
    for (const gateway::PolicyElement& element : document->elements("retry")) {
        for (gateway::LintFinding& finding :
             gateway::lintRetry(element.attribute("condition").value_or(""))) {
            finding.sentence = "In the policy of “" + policy.name + "”, line " +
                               std::to_string(element.position().line) + ": " + finding.sentence;
            read.retries.push_back(std::move(finding));
        }
    }
    return read;
}

/// A header that no request of the range has may just not be logged: nothing is known of it then.
Result<std::vector<SeenRequests>> readSeen(const Table& table)
{
    usage::Columns columns(table);
    const Column* const requests = columns.number("Requests");
    std::array<const Column*, gateway::TextFields> texts{};
    for (std::size_t i = 0; i < texts.size(); ++i)
        texts[i] = columns.text(SeenColumns[i]);
    if (Status status = columns.check(); !status)
        return fail(status.error());
    std::array<bool, gateway::TextFields> logged{};
    std::vector<SeenRequests> seen(table.rowCount());
    for (std::size_t row = 0; row < seen.size(); ++row) {
        seen[row].requests = usage::countAt(*requests, row);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            seen[row].facts.texts[i] = std::string(texts[i]->textAt(row));
            logged[i] = logged[i] || !seen[row].facts.texts[i]->empty();
        }
    }
    for (SeenRequests& one : seen) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!logged[i])
                one.facts.texts[i].reset();
        }
    }
    return seen;
}

} // namespace

struct ApimRouting::Refresh
{
    RoutingView view;
    std::stop_token stop;
    std::optional<Error> error;
    int pending = 5;
    http::Deferred<std::shared_ptr<const RoutingView>> done;
};

ApimRouting::ApimRouting(Sources sources, QObject* parent)
    : QObject(parent)
    , m_sources(std::move(sources))
{}

QFuture<Outcome> ApimRouting::view(TimeRange range, std::stop_token stop)
{
    auto refresh = std::make_shared<Refresh>();
    refresh->view.range = range;
    refresh->view.serviceId = m_sources.serviceId;
    refresh->stop = std::move(stop);
    QFuture<Outcome> future = refresh->done.future();
    askResources(refresh);
    askTraffic(refresh);
    return future;
}

void ApimRouting::askResources(const RefreshPtr& refresh)
{
    const std::string& service = m_sources.serviceId;
    m_sources.apim.backendResources(service, refresh->stop)
        .then(this, [this, refresh](const Result<std::vector<Json>>& items) {
            if (items)
                readBackends(*items, refresh->view);
            else
                refresh->error = items.error();
            settlePart(refresh);
        });
    m_sources.apim.fragmentResource(service, std::string(gateway::RoutingFragmentId), refresh->stop)
        .then(this, [this, refresh](const Result<Json>& resource) {
            if (resource)
                readFragment(*resource, refresh->view);
            else if (resource.error().kind != Error::Kind::NotFound)
                refresh->view.fragmentProblem = resource.error();
            settlePart(refresh);
        });
    m_sources.apim.apiPolicies(service, refresh->stop)
        .then(this, [this, refresh](const Result<std::vector<azure::ApimPolicy>>& policies) {
            if (policies) {
                for (const azure::ApimPolicy& policy : *policies)
                    refresh->view.policies.push_back(readPolicy(policy));
            } else {
                refresh->view.policiesProblem = policies.error().message;
            }
            settlePart(refresh);
        });
}

void ApimRouting::askTraffic(const RefreshPtr& refresh)
{
    const TimeRange range = refresh->view.range;
    m_sources.health.report(range, refresh->stop)
        .then(this, [this, refresh](const Result<std::shared_ptr<const gateway::HealthReport>>& report) {
            if (report)
                refresh->view.health = *report;
            else
                refresh->view.healthProblem = report.error().message;
            settlePart(refresh);
        });
    Question seen({"routing-values"});
    seen.with("rangeStart", Literal::moment(range.start)).with("rangeEnd", Literal::moment(range.end));
    askAll(m_sources.workspace, {seen}, range, refresh->stop, this)
        .then(this, [this, refresh](const Result<Answers>& answers) {
            if (answers) {
                refresh->view.queries = answers->queries;
                auto found = readSeen(answers->table(0));
                if (found)
                    refresh->view.seen = std::move(*found);
                else
                    refresh->view.seenProblem = found.error().message;
            } else {
                refresh->view.seenProblem = answers.error().message;
            }
            settlePart(refresh);
        });
}

void ApimRouting::settlePart(const RefreshPtr& refresh) const
{
    if (--refresh->pending > 0)
        return;
    if (refresh->stop.stop_requested())
        return refresh->done.settle(fail(http::cancelledError()));
    if (refresh->error)
        return refresh->done.settle(fail(*refresh->error));
    RoutingView& view = refresh->view;
    view.readAt = m_sources.clock.now();
    if (view.health) {
        view.queries.insert(view.queries.end(), view.health->queries.begin(), view.health->queries.end());
        for (gateway::Backend& backend : view.backends) {
            const auto& endpoints = view.health->endpoints;
            const auto known = std::ranges::find_if(endpoints, [&](const gateway::EndpointHealth& endpoint) {
                return equalsIgnoreCase(endpoint.backend, backend.name);
            });
            if (backend.region.empty() && known != endpoints.end())
                backend.region = known->region;
        }
    }
    refresh->done.settle(std::make_shared<const RoutingView>(std::move(view)));
}

} // namespace gatehouse::jobs
