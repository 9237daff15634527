// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/samplerouting.h"

#include "tests/ui/fakes/samplereports.h"

namespace gatehouse::test {

namespace {

std::string shown(const std::string& name, bool hostile)
{
    return hostile ? "<img src=file:///canary><b>" + name + "</b>" : name;
}

void addBackend(jobs::RoutingView& view, const std::string& name, const std::string& region)
{
    const Json rule = {{"name", "openai-errors"},
                       {"failureCondition",
                        {{"count", 5},
                         {"interval", "PT1M"},
                         {"statusCodeRanges", Json::array({Json{{"min", 500}, {"max", 599}}})}}},
                       {"tripDuration", "PT30S"},
                       {"acceptRetryAfter", false}};
    Json properties = {{"type", "Single"},
                       {"url", "https://" + name + ".openai.azure.com/openai"},
                       {"circuitBreaker", {{"rules", Json::array({rule})}}}};
    auto backend = *gateway::backendFromArm({{"name", name}, {"properties", properties}});
    backend.region = region;
    view.backends.push_back(std::move(backend));
    view.properties[name] = std::move(properties);
}

void addPool(jobs::RoutingView& view, const std::string& name, const std::string& title, const Json& services,
             const std::string& drained = {})
{
    Json properties = {{"type", "Pool"}, {"title", title}, {"pool", {{"services", services}}}};
    if (!drained.empty())
        properties = *gateway::drained(properties, drained);
    view.pools.push_back(*gateway::poolFromArm({{"name", name}, {"properties", properties}}));
    if (auto out = gateway::drainedMembers(properties); !out.empty())
        view.drained[name] = std::move(out);
    view.properties[name] = std::move(properties);
}

Json member(const std::string& name, int priority, int weight)
{
    return {
        {"id", std::string(SampleService) + "/backends/" + name}, {"priority", priority}, {"weight", weight}};
}

gateway::RoutingPlan samplePlan(bool hostile)
{
    using gateway::RoutingField;
    gateway::RoutingRule secret;
    secret.name = shown("Restricted data stays in Europe", hostile);
    secret.match.of(RoutingField::Sensitivity) = {"restricted", "confidential"};
    secret.pool = "aoai-westeurope";
    secret.note = "Data protection, CHG-1042";
    gateway::RoutingRule cheaper;
    cheaper.name = "Cheaper model near the budget";
    cheaper.match.budgetUsedAbove = 80;
    cheaper.match.of(RoutingField::Model) = {"gpt-4o"};
    cheaper.pool = "aoai-pool";
    cheaper.downgrade = gateway::Downgrade{"gpt-4o-mini", true};
    gateway::RoutingRule batch;
    batch.name = "Batch work waits its turn";
    batch.match.of(RoutingField::Task) = {"batch"};
    batch.pool = "batch-pool";
    gateway::RoutingRule never = batch;
    never.name = "Nightly summaries";
    never.match.of(RoutingField::Application) = {"meeting-summaries"};
    never.enabled = true;
    return {{secret, cheaper, batch, never}, ""};
}

jobs::SeenRequests seen(std::int64_t requests, const char* task, const char* tier, const char* environment)
{
    jobs::SeenRequests one;
    using gateway::RoutingField;
    one.requests = requests;
    one.facts.of(RoutingField::Task) = task;
    one.facts.of(RoutingField::Sensitivity) = tier;
    one.facts.of(RoutingField::Environment) = environment;
    one.facts.of(RoutingField::Application) = "checkout";
    one.facts.of(RoutingField::Model) = "gpt-4o";
    return one;
}

} // namespace

std::shared_ptr<const jobs::RoutingView> sampleRouting(TimeRange range, bool hostile)
{
    auto view = std::make_shared<jobs::RoutingView>();
    view->range = range;
    view->readAt = range.end;
    view->serviceId = SampleService;
    addBackend(*view, "aoai-eastus", shown("East US", hostile));
    addBackend(*view, "aoai-westus", "West US");
    addBackend(*view, "aoai-westeurope", "West Europe");
    addBackend(*view, "aoai-swedencentral", "Sweden Central");
    addPool(*view, "aoai-pool", shown("Azure OpenAI, nearest region first", hostile),
            Json::array({member("aoai-eastus", 1, 100), member("aoai-westus", 2, 70),
                         member("aoai-westeurope", 2, 30), member("aoai-swedencentral", 3, 1)}),
            "aoai-swedencentral");
    addPool(*view, "batch-pool", "Batch work",
            Json::array({member("aoai-westus", 1, 50), member("aoai-westeurope", 1, 50)}));
    view->fragment.plan = samplePlan(hostile);
    view->fragmentProperties = Json{{"description", "Where each request goes. Gatehouse writes it."},
                                    {"format", "xml"},
                                    {"value", *gateway::writeRoutingFragment(view->fragment)}};
    jobs::RoutingPolicy policy;
    policy.name = shown("Azure OpenAI", hostile);
    policy.includesFragment = true;
    policy.backend = "aoai-pool";
    policy.retries = gateway::lintRetry("@(context.Response.StatusCode >= 400)");
    view->policies.push_back(std::move(policy));
    view->health = sampleHealth(range);
    view->seen = {seen(41'200, "chat", "internal", "production"),
                  seen(8'300, "batch", "internal", "production"),
                  seen(2'140, "chat", "restricted", "production"), seen(640, "chat", "public", "test")};
    view->queries = {"ApiManagementGatewayLogs | take 1"};
    return view;
}

} // namespace gatehouse::test
