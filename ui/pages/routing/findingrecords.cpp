// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/findingrecords.h"

#include "ui/models/format.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

struct FindingWords
{
    Q_DECLARE_TR_FUNCTIONS(RoutingFindings)
};

Cell severityCell(gateway::LintSeverity severity, const Tokens& tokens)
{
    switch (severity) {
    case gateway::LintSeverity::Error:
        return {2, FindingWords::tr("▲ Error"), {}, tokens.bad};
    case gateway::LintSeverity::Warning:
        return {1, FindingWords::tr("▲ Warning"), {}, tokens.warn};
    case gateway::LintSeverity::Info:
        break;
    }
    return {0, FindingWords::tr("– Note"), {}, tokens.muted};
}

void add(std::vector<Record>& records, gateway::LintSeverity severity, const QString& sentence,
         const QString& mend, const Tokens& tokens)
{
    records.push_back(
        {QString::number(records.size()),
         {},
         {severityCell(severity, tokens), {sentence, sentence, sentence, {}}, {mend, mend, mend, {}}}});
}

} // namespace

std::vector<ColumnSpec> findingColumns()
{
    return {{FindingWords::tr("Weight"), u"severity"_s, false, 92, {}},
            {FindingWords::tr("What was found"), u"finding"_s, false, 300, {}},
            {FindingWords::tr("What mends it"), u"mend"_s, false, 180, {}}};
}

std::vector<Record> findingRecords(const RoutingState& state, const Tokens& tokens)
{
    using Severity = gateway::LintSeverity;
    std::vector<Record> records;
    for (const gateway::LintFinding& finding : state.findings)
        add(records, finding.severity, fromText(finding.sentence), fromText(finding.mend), tokens);
    for (const gateway::ForeignPart& part : state.draft.foreign)
        add(records, Severity::Info,
            FindingWords::tr("Line %1 of the fragment: %2").arg(part.line).arg(fromText(part.sentence)),
            FindingWords::tr("It is kept as it is."), tokens);
    if (!state.view)
        return records;
    for (const std::string& name : state.view->unreadable)
        add(records, Severity::Warning,
            FindingWords::tr("The backend “%1” is of a form that is not known here.").arg(fromText(name)),
            FindingWords::tr("It is left alone."), tokens);
    for (const jobs::RoutingPolicy& policy : state.view->policies) {
        if (!policy.readable)
            add(records, Severity::Info,
                FindingWords::tr("The policy of “%1” cannot be read, so nothing is known of what it does.")
                    .arg(fromText(policy.name)),
                {}, tokens);
    }
    return records;
}

QString findingWords(const RoutingState& state)
{
    const auto count = [&](gateway::LintSeverity severity) {
        return std::ranges::count(state.findings, severity, &gateway::LintFinding::severity);
    };
    const auto errors = count(gateway::LintSeverity::Error);
    const auto warnings = count(gateway::LintSeverity::Warning);
    if (errors + warnings == 0)
        return FindingWords::tr("● nothing is wrong");
    QStringList words;
    if (errors > 0)
        words.append(errors == 1 ? FindingWords::tr("1 error") : FindingWords::tr("%1 errors").arg(errors));
    if (warnings > 0)
        words.append(warnings == 1 ? FindingWords::tr("1 warning")
                                   : FindingWords::tr("%1 warnings").arg(warnings));
    return u"▲ "_s + words.join(u", "_s);
}

int ruleOfFinding(const RoutingState& state, int row)
{
    if (row < 0 || row >= static_cast<int>(state.findings.size()))
        return -1;
    const std::string& name = state.findings[static_cast<std::size_t>(row)].rule;
    const auto& rules = state.draft.plan.rules;
    const auto found = std::ranges::find(rules, name, &gateway::RoutingRule::name);
    return name.empty() || found == rules.end() ? -1 : static_cast<int>(found - rules.begin());
}

} // namespace gatehouse::ui
