// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/samplejournal.h"

namespace gatehouse::test {

using Ending = jobs::JournalEntry::Result;
using Outcome = jobs::JournalStep::Outcome;

namespace {

std::string routing(const std::string& pool)
{
    return "<fragment>\n  <choose>\n    <when condition='@(context.Variables[\"task\"] == \"chat\")'>\n"
           "      <set-backend-service backend-id=\"" +
           pool + "\" />\n    </when>\n  </choose>\n</fragment>\n";
}

jobs::JournalStep step(const std::string& name, const std::string& title, std::optional<Json> before,
                       std::optional<Json> after, Outcome outcome)
{
    return {std::string(FakeScope) + name, title, std::move(before), std::move(after), outcome};
}

} // namespace

std::string sampleFragment(int calls, int tokens)
{
    std::string text = "<fragment>\n  <!-- Limits of each service. Edited by Gatehouse. -->\n  <choose>\n";
    for (const char* const service : {"checkout-assistant", "support-copilot", "document-search"}) {
        const bool first = std::string_view(service) == "checkout-assistant";
        text += "    <when condition='@(context.Subscription.Id == \"" + std::string(service) + "\")'>\n";
        text += "      <llm-token-limit counter-key=\"@(context.Subscription.Id)\" tokens-per-minute=\"" +
                std::to_string(first ? tokens : 40'000) + "\" estimate-prompt-tokens=\"true\" />\n";
        text += "      <rate-limit-by-key calls=\"" + std::to_string(first ? calls : 600) +
                "\" renewal-period=\"60\" counter-key=\"@(context.Subscription.Id)\" />\n    </when>\n";
    }
    return text + "  </choose>\n</fragment>\n";
}

jobs::ChangeSet sampleSet()
{
    jobs::ChangeSet set;
    set.title = "Limits of Checkout assistant";
    set.changes.push_back(fragmentChange(sampleFragment(300), sampleFragment(450, 90'000)));
    set.changes.front().title = "Limits of Checkout assistant";
    set.changes.push_back(fragmentChange(routing("aoai-pool"), routing("aoai-eastus"), "gatehouse-routing"));
    set.changes.back().title = "Routing of chat";
    return set;
}

std::vector<jobs::JournalEntry> sampleJournal(DateTime now, bool hostile)
{
    std::vector<jobs::JournalEntry> entries;
    const auto add = [&](std::int64_t number, Ticks ago, const std::string& title, Ending result,
                         std::vector<jobs::JournalStep> steps) {
        jobs::JournalEntry entry;
        entry.number = number;
        entry.at = now - ago;
        entry.objectId = "5f7a1c02-5c0e-4a35-9c5b-0d0a7d2b1c11";
        entry.name = number % 2 == 0 ? "Anna Berg" : "Platform admin";
        entry.title = hostile ? "<img src=file:///canary><b>x</b>" : title;
        entry.ticket = number % 3 == 0 ? "" : "CHG-10" + std::to_string(number);
        entry.scope = FakeScope;
        entry.result = result;
        entry.steps = std::move(steps);
        entry.hash =
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0" + std::to_string(number);
        entries.push_back(std::move(entry));
    };
    const auto quotas = [](int from, int to) {
        return step("/policyFragments/gatehouse-quotas", "Limits of Checkout assistant",
                    fragmentOf(sampleFragment(from)), fragmentOf(sampleFragment(to)), Outcome::Done);
    };
    add(6, std::chrono::hours(2), "Limits of Checkout assistant", Ending::Applied,
        {quotas(300, 450),
         step("/policyFragments/gatehouse-routing", "Routing of chat", fragmentOf(routing("aoai-pool")),
              fragmentOf(routing("aoai-eastus")), Outcome::Done)});
    add(5, std::chrono::hours(20), "Take back “Limits of Checkout assistant”", Ending::Applied,
        {quotas(200, 300)});
    entries.back().undoes = 4;
    add(4, std::chrono::hours(21), "Limits of Checkout assistant", Ending::Undone, {quotas(300, 200)});
    add(3, std::chrono::hours(40), "Drain East US", Ending::Partial,
        {step("/backends/aoai-pool", "Members of aoai-pool",
              Json{{"type", "Pool"}, {"pool", {{"services", {{{"id", "aoai-eastus"}, {"priority", 1}}}}}}},
              Json{{"type", "Pool"}, {"pool", {{"services", {{{"id", "aoai-westus"}, {"priority", 1}}}}}}},
              Outcome::Done),
         step("/policyFragments/gatehouse-routing", "Routing of chat", fragmentOf(routing("aoai-eastus")),
              fragmentOf(routing("aoai-pool")), Outcome::NotDone)});
    entries.back().message = "The service did not answer (503).";
    add(2, std::chrono::hours(60), "Limits of Support copilot", Ending::Failed, {quotas(300, 1)});
    entries.back().message = "Somebody changed the same meanwhile.";
    entries.back().steps.front().outcome = Outcome::NotDone;
    add(1, std::chrono::hours(90), "Fragment for limits", Ending::Applied,
        {step("/policyFragments/gatehouse-quotas", "Limits", std::nullopt, fragmentOf(sampleFragment(300)),
              Outcome::Done)});
    return entries;
}

jobs::ChangeEffect sampleEffect(DateTime at)
{
    jobs::ChangeEffect effect;
    effect.before = {at - std::chrono::hours(1), at};
    effect.after = {at, at + std::chrono::hours(1)};
    effect.hourBefore = jobs::HourFigures{1'240, 12, 87, 1'812'400, false};
    effect.hourAfter = jobs::HourFigures{1'310, 11, 3, 1'994'100, true};
    effect.queries = {"ApiManagementGatewayLogs | count"};
    return effect;
}

} // namespace gatehouse::test
