// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// What of a request a routing rule can ask for. The names of the headers are those of the business tags
/// that the gateway logs (ApiManagementGatewayLogs, RequestHeaders).
enum class RoutingField {
    Task,        ///< header x-gh-task
    Sensitivity, ///< header x-gh-sensitivity
    Geography,   ///< header x-gh-geography
    Environment, ///< header x-gh-environment
    Application, ///< header x-gh-application
    Model,       ///< the deployment that the URL names
    BudgetUsed   ///< variable gh-budget-used, whole percent of the caller's budget
};

/// The fields that are compared with a list of accepted texts: all but BudgetUsed.
inline constexpr std::size_t TextFields = 6;
/// "x-gh-task", …; "deployment-id", the URL's parameter, for Model; "gh-budget-used".
[[nodiscard]] std::string_view wireName(RoutingField field);
/// For people: "task type", "sensitivity tier", …
[[nodiscard]] std::string_view title(RoutingField field);
[[nodiscard]] inline RoutingField textField(std::size_t index)
{
    return static_cast<RoutingField>(index);
}

/// The variables that the fragment sets, for the log and for whoever rewrites the URL.
inline constexpr std::string_view RouteVariable = "gh-route";           ///< the name of the rule that matched
inline constexpr std::string_view DeploymentVariable = "gh-deployment"; ///< set by a downgrade only
inline constexpr std::string_view DefaultRoute = "default";             ///< gh-route when no rule matched

inline constexpr int MaxBudgetPercent = 10'000;

/// The conditions of a rule; all must hold. Values are compared exactly, letter case included. The value ""
/// stands for a request that does not give the header.
struct RoutingMatch
{
    std::array<std::vector<std::string>, TextFields> accepted; ///< by RoutingField; empty: anything
    std::optional<int> budgetUsedAbove;                        ///< percent, 0..MaxBudgetPercent

    [[nodiscard]] std::vector<std::string>& of(RoutingField field)
    {
        return accepted[static_cast<std::size_t>(field)];
    }
    [[nodiscard]] const std::vector<std::string>& of(RoutingField field) const
    {
        return accepted[static_cast<std::size_t>(field)];
    }
    bool operator==(const RoutingMatch&) const = default;
};

/// A cheaper deployment instead of the one that was asked for.
struct Downgrade
{
    std::string deployment;
    bool qualityAllows = false; ///< only then it is done

    bool operator==(const Downgrade&) const = default;
};

struct RoutingRule
{
    std::string name;
    RoutingMatch match;
    std::string pool; ///< backend id of a pool or of a single backend
    std::optional<Downgrade> downgrade;
    bool enabled = true;
    std::string note; ///< owner, ticket

    bool operator==(const RoutingRule&) const = default;
};

/// The first enabled rule that matches decides; without one the default pool serves.
struct RoutingPlan
{
    std::vector<RoutingRule> rules;
    std::string defaultPool; ///< "": the policy that includes the fragment decides

    bool operator==(const RoutingPlan&) const = default;
};

/// What is known of a request. An absent value is unknown (it was not logged) and is never guessed; "" is
/// known to be absent.
struct RequestFacts
{
    std::array<std::optional<std::string>, TextFields> texts; ///< by RoutingField
    std::optional<int> budgetUsed;                            ///< percent

    [[nodiscard]] std::optional<std::string>& of(RoutingField field)
    {
        return texts[static_cast<std::size_t>(field)];
    }
    [[nodiscard]] const std::optional<std::string>& of(RoutingField field) const
    {
        return texts[static_cast<std::size_t>(field)];
    }
};

/// A condition that did not hold, or that nobody can tell.
struct RoutingCondition
{
    RoutingField field = RoutingField::Task;
    std::string wanted;              ///< "chat or drafting", "above 80 %"
    std::optional<std::string> seen; ///< absent: unknown; "" is shown as "not given"
};

/// How one rule went.
struct RuleTrace
{
    enum class Outcome {
        Matched,
        NotMatched, ///< condition is the first that failed for certain
        Unknown,    ///< condition is the first that nobody can tell; no other failed
        Disabled,
        NotReached ///< a rule before it matched
    };
    std::string rule;
    Outcome outcome = Outcome::NotReached;
    std::optional<RoutingCondition> condition;
    std::string sentence; ///< all of this for people
};

/// Where a request goes and why. When it is not proven, pool and deployment are empty; the rules from the
/// undecided one on are traced as if it had not matched.
struct RouteTrace
{
    std::vector<RuleTrace> rules; ///< one for each rule of the plan, in order
    bool proven = true;
    std::string pool;
    std::string deployment;             ///< after the downgrade; the one asked for without
    std::optional<std::size_t> rule;    ///< the one that decided; absent: the default, or not proven
    std::vector<std::size_t> undecided; ///< the rules that may have matched
    std::string sentence;
};

[[nodiscard]] RouteTrace decide(const RoutingPlan& plan, const RequestFacts& facts);

/// The same without the words, for walking over many requests.
struct RouteDecision
{
    static constexpr int Default = -1;
    int rule = Default;
    bool proven = true; ///< false: rule is what may have matched first
};
[[nodiscard]] RouteDecision decideRule(const RoutingPlan& plan, const RequestFacts& facts);

} // namespace gatehouse::gateway
