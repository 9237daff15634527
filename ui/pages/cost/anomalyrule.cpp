// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/anomalyrule.h"

#include "core/usage/anomalies/alerts.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype Longest = 1'000;

QString ruleWord(const char* text)
{
    return QCoreApplication::translate("AnomalyRule", text);
}

bool isResource(const QString& id, const QString& type)
{
    const QRegularExpression form(
        u"^/subscriptions/[^/\\s]+/resourceGroups/[^/\\s]+/providers/%1/[^/\\s]+$"_s.arg(
            QRegularExpression::escape(type)),
        QRegularExpression::CaseInsensitiveOption);
    return id.size() <= Longest && form.match(id).hasMatch();
}

tl::unexpected<Error> ruleRefused(const QString& message, const QString& advice)
{
    return fail(Error::Kind::InvalidInput, message.toStdString(), advice.toStdString());
}

} // namespace

Result<std::string> azureRule(const RulePlace& place)
{
    const QString workspace = place.workspace.trimmed();
    const QString group = place.actionGroup.trimmed();
    QString location = place.location.toLower();
    location.remove(u' ');
    if (!isResource(workspace, u"Microsoft.OperationalInsights/workspaces"_s))
        return ruleRefused(
            ruleWord("This is no resource id of a Log Analytics workspace."),
            u"/subscriptions/…/resourceGroups/…/providers/Microsoft.OperationalInsights/workspaces/…"_s);
    if (!QRegularExpression(u"^[a-z]+[a-z0-9]*$"_s).match(location).hasMatch())
        return ruleRefused(ruleWord("This is no region of Azure."),
                           ruleWord("Write the workspace's own, such as westeurope."));
    if (!group.isEmpty() && !isResource(group, u"Microsoft.Insights/actionGroups"_s))
        return ruleRefused(
            ruleWord("This is no resource id of an action group."),
            u"/subscriptions/…/resourceGroups/…/providers/Microsoft.Insights/actionGroups/…"_s);
    return cost::toScheduledQueryRule({}, workspace.toStdString(), location.toStdString(),
                                      group.toStdString());
}

} // namespace gatehouse::ui
