// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/routing.h"

#include <QtCore/QString>

#include <vector>

namespace gatehouse::ui {

/// Why a plan cannot be written yet, and at which field.
struct PlanProblem
{
    enum class Field { Name, Target, Budget, Downgrade };
    int rule = -1; ///< -1: the default
    Field field = Field::Name;
    QString sentence;
};
[[nodiscard]] std::vector<PlanProblem> problemsOf(const gateway::RoutingPlan& plan,
                                                  const jobs::RoutingView& view);

/// How many of the range's requests a rule would have decided.
struct RuleHits
{
    std::int64_t matched = 0;
    std::int64_t maybe = 0; ///< depends on something that the log does not hold
};
/// One for each rule, then one for the default.
[[nodiscard]] std::vector<RuleHits> hitsOf(const gateway::RoutingPlan& plan,
                                           const std::vector<jobs::SeenRequests>& seen);

/// "2 added, 1 changed, in another order": what a draft does to the rules, for people; "" for nothing.
[[nodiscard]] QString changeWords(const gateway::RoutingPlan& before, const gateway::RoutingPlan& after);
/// "task type is chat or drafting, budget above 80 %"; "every request" without a condition.
[[nodiscard]] QString matchWords(const gateway::RoutingMatch& match);
/// For people: "Task type".
[[nodiscard]] QString fieldTitle(gateway::RoutingField field);
/// Values as one types them: separated by commas, in quotes where one holds a comma or is empty.
[[nodiscard]] QString valueText(const std::vector<std::string>& values);
/// Blanks around values do not count, and each value once.
[[nodiscard]] std::vector<std::string> valuesFrom(const QString& text);
/// The name with a number behind it where the plan has one of that name.
[[nodiscard]] std::string freeName(const gateway::RoutingPlan& plan, const std::string& wanted);

} // namespace gatehouse::ui
