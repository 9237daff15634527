// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/quotasheet.h"
#include "tests/unit/local/explainworld.h"

#include <map>
#include <random>

namespace gatehouse::local::test {

/// What really happened to one call, as Explain can never read it.
struct Truth
{
    std::vector<SeenChoice> choices;
    int status = 0;
    bool unauthorized = false;
    std::string body;
};

using Random = std::mt19937_64;

inline int upTo(Random& random, int most)
{
    return std::uniform_int_distribution<int>(0, most)(random);
}

inline bool chance(Random& random, double share)
{
    return std::uniform_real_distribution<double>(0, 1)(random) < share;
}

template <typename T>
const T& any(Random& random, const std::vector<T>& list)
{
    return list[static_cast<std::size_t>(upTo(random, static_cast<int>(list.size()) - 1))];
}

inline const std::vector<std::string> Backends = {"aoai-eastus", "aoai-westus", "aoai-westeurope",
                                                  "spare-east", "far"};
inline const std::vector<std::string> Targets = {"aoai-pool", "second", "third", "far"};
inline const std::vector<std::string> Tasks = {"chat", "search", "drafting", ""};
inline const std::vector<std::string> Services = {"checkout-assistant", "support-copilot", "fraud-review",
                                                  ""};

/// A gateway with random rules, pools, breakers, limits and weather.
class RandomGateway
{
public:
    explicit RandomGateway(std::uint64_t seed)
        : m_seed(seed)
        , m_random(seed)
    {
        QVERIFY(m_h.seeded.has_value());
        GatewayOptions options;
        options.seed = seed;
        options.waitForCommit = false;
        options.makeId = [this] { return m_id = "request-" + std::to_string(m_next++); };
        options.observer = [this](const SeenChoice& seen) {
            truths[seen.correlationId].choices.push_back(seen);
        };
        m_gateway = std::make_unique<GatewayService>(
            GatewayParts{*m_h.resources, *m_h.logs, m_h, m_h.clock, m_h.sleeper}, options);
        m_pace = any(m_random, std::vector<int>{400, 2'000, 6'000});
        makeBackends();
        makeRules();
        makeLimits();
    }

    void run(int calls)
    {
        for (int i = 0; i < calls; ++i) {
            m_h.clock.advance(std::chrono::milliseconds(1 + upTo(m_random, 2 * m_pace)));
            if (upTo(m_random, 9) == 0)
                changeWeather();
            call();
        }
        QVERIFY(m_h.logs->compact().has_value()); // commits what the calls did not wait for
    }

    /// Other pools, rules, breakers and limits from now on.
    void changeEverything()
    {
        makeBackends();
        makeRules();
        makeLimits();
    }

    [[nodiscard]] GatewayHarness& harness() { return m_h; }
    [[nodiscard]] const GatewayHarness& harness() const { return m_h; }
    std::map<std::string, Truth> truths;

private:
    void makeBackends();
    void makeRules();
    void makeLimits();
    void changeWeather();
    void call();
    [[nodiscard]] Json randomRule();
    [[nodiscard]] gateway::Pool randomPool(const std::string& name);

    std::uint64_t m_seed;
    Random m_random;
    GatewayHarness m_h;
    std::unique_ptr<GatewayService> m_gateway;
    std::string m_id;
    int m_next = 1;
    int m_pace = 1'000;
    std::map<std::string, int> m_mood;
};

inline Json RandomGateway::randomRule()
{
    if (chance(m_random, 0.3))
        return nullptr; // counted consecutively
    Json condition = {{"interval", any(m_random, std::vector<std::string>{"PT20S", "PT1M", "PT5M"})},
                      {"statusCodeRanges", Json::array({{{"min", 500}, {"max", 599}}})}};
    if (chance(m_random, 0.7))
        condition["count"] = 1 + upTo(m_random, 4);
    else
        condition["percentage"] = 20 + upTo(m_random, 60);
    if (chance(m_random, 0.3))
        condition["statusCodeRanges"].push_back({{"min", 429}, {"max", 429}});
    return {{"name", "rule"},
            {"failureCondition", condition},
            {"tripDuration", any(m_random, std::vector<std::string>{"PT10S", "PT30S", "PT1M"})},
            {"acceptRetryAfter", chance(m_random, 0.5)}};
}

inline gateway::Pool RandomGateway::randomPool(const std::string& name)
{
    gateway::Pool pool{name, {}};
    for (const std::string& backend : Backends) {
        if (chance(m_random, 0.7))
            pool.members.push_back({backend, 1 + upTo(m_random, 2), upTo(m_random, 3)});
    }
    if (pool.members.empty())
        pool.members.push_back({Backends[0], 1, 1});
    std::ranges::shuffle(pool.members, m_random);
    return pool;
}

inline void RandomGateway::makeBackends()
{
    for (const std::string& name : Backends) {
        const std::string account = name == "spare-east" ? "aoai-eastus" : name;
        putBackend(m_h, name, "https://" + account + ".openai.azure.com/openai", randomRule());
    }
    // One account without gpt-4o-mini.
    for (const ResourcePtr& one :
         m_h.resources->listByType("Microsoft.CognitiveServices/accounts/deployments")) {
        if (one->name() == "gpt-4o-mini" && one->id.find("aoai-westus/") != std::string::npos)
            QVERIFY(m_h.resources->remove(one->id, {}).has_value());
    }
    for (const std::string name : {"aoai-pool", "second", "third"})
        putPool(m_h, randomPool(name));
}

inline void RandomGateway::makeRules()
{
    gateway::RoutingFragment fragment;
    const int rules = upTo(m_random, 6);
    for (int i = 0; i < rules; ++i) {
        gateway::RoutingRule rule;
        rule.name = "rule " + std::to_string(i);
        rule.pool = any(m_random, Targets);
        rule.enabled = chance(m_random, 0.85);
        if (chance(m_random, 0.7))
            rule.match.of(gateway::RoutingField::Task) = {any(m_random, Tasks), any(m_random, Tasks)};
        if (chance(m_random, 0.4))
            rule.match.of(gateway::RoutingField::Sensitivity) = {"secret"};
        if (chance(m_random, 0.3))
            rule.match.of(gateway::RoutingField::Model) = {"gpt-4o-mini"};
        if (chance(m_random, 0.15))
            rule.match.budgetUsedAbove = 50;
        fragment.plan.rules.push_back(std::move(rule));
    }
    if (chance(m_random, 0.5))
        fragment.plan.defaultPool = "second";
    const auto xml = gateway::writeRoutingFragment(fragment);
    QVERIFY(xml.has_value());
    putFragment(m_h, "gatehouse-routing", *xml);
}

inline void RandomGateway::makeLimits()
{
    if (m_seed % 5 < 2)
        return;
    gateway::PolicyDocument document = gateway::emptyQuotaFragment();
    for (const std::string& service : {std::string("checkout-assistant"), std::string()}) {
        gateway::ServiceQuota quota;
        quota.service = service;
        const auto which = (m_seed + (service.empty() ? 1 : 0)) % 3;
        if (which == 0)
            quota.limits.calls = gateway::LimitValue::of(10);
        else if (which == 1)
            quota.limits.tokensPerMinute = gateway::LimitValue::of(120);
        else
            quota.limits.tokenQuota = gateway::LimitValue::of(400),
            quota.limits.tokenQuotaPeriod = gateway::LimitValue::of("Hourly");
        auto changed = gateway::setServiceQuota(document, quota);
        QVERIFY(changed.has_value());
        document = std::move(*changed);
    }
    putFragment(m_h, "gatehouse-quotas", document.text());
}

inline void RandomGateway::changeWeather()
{
    ScriptedEndpoint& endpoint = *m_h.at(any(m_random, Backends));
    endpoint.replies.clear();
    endpoint.fallback.reset();
    const int took = 5 + upTo(m_random, 700);
    switch (upTo(m_random, 6)) {
    case 0:
        endpoint.fallback = Reply{500, "{}", 0, took, {}};
        break;
    case 1:
        endpoint.fallback = Reply{429, "{}", upTo(m_random, 40), took, {}};
        break;
    case 2:
        endpoint.fallback = Reply{503, "{}", upTo(m_random, 1) * 25, took, {}};
        break;
    case 3:
        endpoint.fallback = Reply{0, "", 0, took, {}};
        break;
    case 4:
        endpoint.replies = {Reply{429, "{}", 1 + upTo(m_random, 8), took, {}}};
        break;
    case 5:
        endpoint.replies = {Reply{500, "{}", 0, took, {}}, Reply{400, "{}", 0, took, {}}};
        break;
    default:
        break;
    }
}

inline void RandomGateway::call()
{
    GatewayCall call;
    call.deployment = chance(m_random, 0.7) ? "gpt-4o" : chance(m_random, 0.9) ? "gpt-4o-mini" : "no-such";
    call.apiVersion = chance(m_random, 0.98) ? "2024-10-21" : "";
    call.body = chance(m_random, 0.98) ? ChatRequest : R"({"messages":[]})";
    call.caller.subscriptionId = any(m_random, Services);
    call.headers = {{"x-gh-task", any(m_random, Tasks)}};
    if (chance(m_random, 0.3))
        call.headers.emplace_back("x-gh-sensitivity", chance(m_random, 0.5) ? "secret" : "public");
    GatewayAnswer answer;
    const bool unauthorized = chance(m_random, 0.02);
    if (unauthorized)
        answer = m_gateway->refuse(call, 401, "401", "Access denied.");
    else
        answer = m_gateway->handle(call);
    Truth& truth = truths[m_id];
    truth.status = answer.status;
    truth.unauthorized = unauthorized;
    truth.body = answer.body;
}

} // namespace gatehouse::local::test
