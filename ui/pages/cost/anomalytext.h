// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/recordmodel.h"
#include "ui/pages/cost/anomalydesk.h"
#include "ui/widgets/statebadge.h"

#include <vector>

/// How anomalies are written: in the list, in their sentences, and in notifications.
namespace gatehouse::ui {

[[nodiscard]] QString kindName(cost::AnomalyKind kind); ///< "Launch", "Retry storm", …
/// ▲ Goes on, ◐ Snoozed until …, – Over.
[[nodiscard]] StateLook lookOf(const AlertLine& line, const Tokens& tokens);
/// "All services", "No service named", or the name.
[[nodiscard]] QString whoOf(const cost::Alert& alert, const QString& name);
/// What happened, by how much, and who caused it. name as in AlertLine.
[[nodiscard]] QString sentenceOf(const cost::Alert& alert, const QString& name, const QString& currency);
/// When nothing that should have come is told, as the rule has it.
[[nodiscard]] QString noDataRuleText(const cost::AnomalyRule& rule);

struct AlertColumn
{
    enum { Service, Kind, Began, Until, Model, Caller, Value, Expected, Times, State };
};
[[nodiscard]] std::vector<ColumnSpec> alertColumns();
[[nodiscard]] Record alertRecord(const AlertLine& line, const QString& currency, const Tokens& tokens);

struct CallColumn
{
    enum { Time, Model, Caller, Tokens, Attempts, Status, Cost, Id };
};
[[nodiscard]] std::vector<ColumnSpec> alertCallColumns();
[[nodiscard]] std::vector<Record> alertCallRecords(const std::vector<jobs::BookedCall>& calls,
                                                   const cost::Currency& currency);
/// The correlation id that a record of alertCallRecords is of.
[[nodiscard]] QString callIdOf(const QString& recordKey);

} // namespace gatehouse::ui
