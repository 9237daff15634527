// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/ruleexamples.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace gatehouse::ui {

namespace {

struct ExampleWords
{
    Q_DECLARE_TR_FUNCTIONS(RuleExamples)
};

/// The first value that the log has and that is one of these; else the first of these.
std::string valueOf(const RoutingPresenter& presenter, gateway::RoutingField field,
                    const std::vector<std::string>& wanted)
{
    const std::vector<std::string> seen = presenter.suggestions(field);
    for (const std::string& one : wanted) {
        if (std::ranges::find(seen, one) != seen.end())
            return one;
    }
    return wanted.front();
}

} // namespace

std::vector<RuleExample> ruleExamples(const RoutingPresenter& presenter)
{
    const std::shared_ptr<const jobs::RoutingView> view = presenter.state()->view;
    std::vector<RuleExample> examples;
    if (!view || view->backends.empty())
        return examples;
    const auto europe = std::ranges::find_if(view->backends, [](const gateway::Backend& backend) {
        return backend.region.find("Europe") != std::string::npos ||
               backend.name.find("europe") != std::string::npos;
    });
    const gateway::Backend& home = europe == view->backends.end() ? view->backends.back() : *europe;
    const QString place = QString::fromStdString(home.region.empty() ? home.name : home.region);
    const std::string pool = view->pools.empty() ? home.name : view->pools.front().name;

    gateway::RoutingRule secret;
    const std::string tier = valueOf(presenter, gateway::RoutingField::Sensitivity,
                                     {"restricted", "confidential", "secret", "internal"});
    secret.match.of(gateway::RoutingField::Sensitivity) = {tier};
    secret.pool = home.name;
    const QString keeps = ExampleWords::tr("Keep %1 data in %2").arg(QString::fromStdString(tier), place);
    secret.name = keeps.toStdString();
    examples.push_back({keeps, std::move(secret)});

    gateway::RoutingRule cheaper;
    cheaper.match.budgetUsedAbove = 80;
    cheaper.pool = pool;
    const std::vector<std::string> models = presenter.suggestions(gateway::RoutingField::Model);
    const auto mini = std::ranges::find_if(
        models, [](const std::string& model) { return model.find("mini") != std::string::npos; });
    cheaper.downgrade = gateway::Downgrade{mini == models.end() ? "gpt-4o-mini" : *mini, false};
    const QString saves = ExampleWords::tr("Use a cheaper model when 80 % of the budget is used");
    cheaper.name = ExampleWords::tr("Cheaper model near the budget").toStdString();
    examples.push_back({saves, std::move(cheaper)});

    gateway::RoutingRule tests;
    const std::string environment =
        valueOf(presenter, gateway::RoutingField::Environment, {"test", "staging", "dev", "development"});
    tests.match.of(gateway::RoutingField::Environment) = {environment};
    tests.pool = view->backends.size() > 1 ? view->backends[1].name : home.name;
    const QString apart = ExampleWords::tr("Keep the %1 environment apart from production")
                              .arg(QString::fromStdString(environment));
    tests.name = apart.toStdString();
    examples.push_back({apart, std::move(tests)});
    return examples;
}

} // namespace gatehouse::ui
