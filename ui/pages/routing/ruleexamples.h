// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/routingpresenter.h"

#include <QtCore/QString>

#include <vector>

namespace gatehouse::ui {

/// A rule to begin with, made of what this gateway has and of what its log has seen.
struct RuleExample
{
    QString title; ///< on its button
    gateway::RoutingRule rule;
};
[[nodiscard]] std::vector<RuleExample> ruleExamples(const RoutingPresenter& presenter);

} // namespace gatehouse::ui
