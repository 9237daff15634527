// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/plandraft.h"

#include "core/base/encoding.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

struct PlanWords
{
    Q_DECLARE_TR_FUNCTIONS(PlanDraft)
};

QString shown(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

bool exists(const jobs::RoutingView& view, const std::string& target)
{
    const auto named = [&](const auto& one) { return equalsIgnoreCase(one.name, target); };
    return std::ranges::any_of(view.pools, named) || std::ranges::any_of(view.backends, named);
}

const gateway::RoutingRule* ruleNamed(const gateway::RoutingPlan& plan, const std::string& name)
{
    const auto found = std::ranges::find(plan.rules, name, &gateway::RoutingRule::name);
    return found == plan.rules.end() ? nullptr : &*found;
}

} // namespace

std::vector<PlanProblem> problemsOf(const gateway::RoutingPlan& plan, const jobs::RoutingView& view)
{
    using Field = PlanProblem::Field;
    std::vector<PlanProblem> problems;
    for (std::size_t i = 0; i < plan.rules.size(); ++i) {
        const gateway::RoutingRule& rule = plan.rules[i];
        const int index = static_cast<int>(i);
        const QString name = shown(rule.name);
        if (rule.name.empty())
            problems.push_back({index, Field::Name, PlanWords::tr("Rule %1 needs a name.").arg(index + 1)});
        for (std::size_t before = 0; before < i; ++before) {
            if (!rule.name.empty() && equalsIgnoreCase(plan.rules[before].name, rule.name))
                problems.push_back(
                    {index, Field::Name, PlanWords::tr("Another rule is called “%1” already.").arg(name)});
        }
        if (rule.pool.empty())
            problems.push_back({index, Field::Target,
                                PlanWords::tr("The rule “%1” has no target: choose a pool.").arg(name)});
        else if (!exists(view, rule.pool))
            problems.push_back({index, Field::Target,
                                PlanWords::tr("The rule “%1” sends to “%2”, which does not exist.")
                                    .arg(name, shown(rule.pool))});
        const std::optional<int>& budget = rule.match.budgetUsedAbove;
        if (budget && (*budget < 0 || *budget > gateway::MaxBudgetPercent))
            problems.push_back({index, Field::Budget,
                                PlanWords::tr("The budget must be a whole number of 0 to 10,000 percent.")});
        if (rule.downgrade && rule.downgrade->deployment.empty())
            problems.push_back({index, Field::Downgrade,
                                PlanWords::tr("The rule “%1” downgrades to no deployment.").arg(name)});
    }
    if (!plan.defaultPool.empty() && !exists(view, plan.defaultPool))
        problems.push_back(
            {-1, Field::Target,
             PlanWords::tr("The default sends to “%1”, which does not exist.").arg(shown(plan.defaultPool))});
    return problems;
}

std::vector<RuleHits> hitsOf(const gateway::RoutingPlan& plan, const std::vector<jobs::SeenRequests>& seen)
{
    std::vector<RuleHits> hits(plan.rules.size() + 1);
    for (const jobs::SeenRequests& one : seen) {
        const gateway::RouteDecision decision = gateway::decideRule(plan, one.facts);
        RuleHits& rule = decision.rule == gateway::RouteDecision::Default
                             ? hits.back()
                             : hits[static_cast<std::size_t>(decision.rule)];
        (decision.proven ? rule.matched : rule.maybe) += one.requests;
    }
    return hits;
}

QString changeWords(const gateway::RoutingPlan& before, const gateway::RoutingPlan& after)
{
    int added = 0;
    int changed = 0;
    std::vector<std::string> kept;
    for (const gateway::RoutingRule& rule : after.rules) {
        const gateway::RoutingRule* const old = ruleNamed(before, rule.name);
        if (old == nullptr) {
            ++added;
            continue;
        }
        kept.push_back(rule.name);
        changed += *old == rule ? 0 : 1;
    }
    int removed = 0;
    std::vector<std::string> order;
    for (const gateway::RoutingRule& rule : before.rules) {
        if (ruleNamed(after, rule.name) == nullptr)
            ++removed;
        else
            order.push_back(rule.name);
    }
    QStringList words;
    if (added > 0)
        words.append(PlanWords::tr("%1 added").arg(added));
    if (changed > 0)
        words.append(PlanWords::tr("%1 changed").arg(changed));
    if (removed > 0)
        words.append(PlanWords::tr("%1 removed").arg(removed));
    if (order != kept)
        words.append(PlanWords::tr("in another order"));
    if (before.defaultPool != after.defaultPool)
        words.append(PlanWords::tr("another default"));
    return words.join(u", "_s);
}

QString fieldTitle(gateway::RoutingField field)
{
    QString title = shown(gateway::title(field));
    if (!title.isEmpty())
        title[0] = title[0].toUpper();
    return title;
}

QString matchWords(const gateway::RoutingMatch& match)
{
    QStringList words;
    for (std::size_t i = 0; i < gateway::TextFields; ++i) {
        QStringList values;
        for (const std::string& value : match.accepted[i])
            values.append(value.empty() ? PlanWords::tr("not given") : shown(value));
        if (!values.isEmpty())
            words.append(
                PlanWords::tr("%1 is %2")
                    .arg(shown(gateway::title(gateway::textField(i))), values.join(PlanWords::tr(" or "))));
    }
    if (match.budgetUsedAbove)
        words.append(PlanWords::tr("budget used is above %1 %").arg(*match.budgetUsedAbove));
    return words.isEmpty() ? PlanWords::tr("every request") : words.join(u", "_s);
}

QString valueText(const std::vector<std::string>& values)
{
    QStringList words;
    for (const std::string& value : values) {
        QString word = shown(value);
        if (word.isEmpty() || word != word.trimmed() || word.contains(u',') || word.contains(u'"'))
            word = u'"' + word.replace(u'"', u"\"\""_s) + u'"';
        words.append(word);
    }
    return words.join(u", "_s);
}

std::vector<std::string> valuesFrom(const QString& text)
{
    std::vector<std::string> values;
    const auto add = [&values](const QString& value) {
        std::string word = value.toStdString();
        if (std::ranges::find(values, word) == values.end())
            values.push_back(std::move(word));
    };
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at].isSpace() || text[at] == u',')
            continue;
        QString word;
        if (text[at] == u'"') {
            while (++at < text.size() && (text[at] != u'"' || text.mid(at + 1, 1) == u"\""_s)) {
                word += text[at];
                at += text[at] == u'"' ? 1 : 0;
            }
            add(word);
            continue;
        }
        const qsizetype comma = text.indexOf(u',', at);
        const qsizetype end = comma < 0 ? text.size() : comma;
        add(text.mid(at, end - at).trimmed());
        at = end;
    }
    return values;
}

std::string freeName(const gateway::RoutingPlan& plan, const std::string& wanted)
{
    std::string name = wanted;
    for (int number = 2; std::ranges::any_of(
             plan.rules, [&](const gateway::RoutingRule& rule) { return equalsIgnoreCase(rule.name, name); });
         ++number)
        name = wanted + " " + std::to_string(number);
    return name;
}

} // namespace gatehouse::ui
