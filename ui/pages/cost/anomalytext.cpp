// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/anomalytext.h"

#include "ui/models/format.h"
#include "ui/pages/cost/budgettext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using cost::AnomalyKind;

namespace {

constexpr int AmountDigits = 2;

QString anomalyWord(const char* text, int count = -1)
{
    return QCoreApplication::translate("Anomalies", text, nullptr, count);
}

Cell nameCell(const std::string& value)
{
    return {fromText(value), value.empty() ? unknownText() : fromText(value), fromText(value), {}};
}

Cell momentCell(DateTime moment, bool seconds)
{
    const QString iso = fromText(formatDateTime(moment));
    return {iso, formatMoment(moment, seconds), iso, {}};
}

/// "1.24 M tokens", "12.30 USD", "25 calls".
QString figureText(const cost::Anomaly& anomaly, double value, const QString& currency)
{
    if (anomaly.kind == AnomalyKind::NoData)
        return anomalyWord("%n calls", static_cast<int>(std::lround(value)));
    if (anomaly.byCost)
        return amountText(value, AmountDigits) + u' ' + currency;
    return anomalyWord("%1 tokens").arg(formatAmount(value));
}

Cell figureCell(const cost::Anomaly& anomaly, double value, const QString& currency)
{
    const QString exact = anomaly.byCost ? figureText(anomaly, value, currency)
                                         : formatExact(std::llround(value)) + u' ' +
                                               (anomaly.kind == AnomalyKind::NoData ? anomalyWord("calls")
                                                                                    : anomalyWord("tokens"));
    return {value, figureText(anomaly, value, currency), exact, {}};
}

QString timesText(double times)
{
    return QLocale().toString(times, 'f', 1);
}

QString causeText(const cost::Anomaly& anomaly)
{
    const QString caller = anomaly.newCaller
                               ? anomalyWord("%1, which did not call before").arg(fromText(anomaly.caller))
                               : fromText(anomaly.caller);
    if (!anomaly.model.empty() && !anomaly.caller.empty())
        return anomalyWord("Most of the growth is %1, called by %2.").arg(fromText(anomaly.model), caller);
    if (!anomaly.model.empty())
        return anomalyWord("Most of the growth is %1; the calls do not say who makes them.")
            .arg(fromText(anomaly.model));
    return anomaly.caller.empty() ? anomalyWord("The calls say neither model nor caller.")
                                  : anomalyWord("Most of the growth is called by %1.").arg(caller);
}

QString meaningOf(AnomalyKind kind)
{
    switch (kind) {
    case AnomalyKind::Launch:
        return anomalyWord("More calls came.");
    case AnomalyKind::RetryStorm:
        return anomalyWord("Calls were tried again and again: the attempts for each rose.");
    case AnomalyKind::LongerPrompts:
        return anomalyWord("Each call carried more tokens.");
    case AnomalyKind::ModelSwitch:
        return anomalyWord("Another model did the work.");
    case AnomalyKind::NoData:
        break;
    }
    return {};
}

} // namespace

QString kindName(AnomalyKind kind)
{
    switch (kind) {
    case AnomalyKind::Launch:
        return anomalyWord("Launch");
    case AnomalyKind::RetryStorm:
        return anomalyWord("Retry storm");
    case AnomalyKind::LongerPrompts:
        return anomalyWord("Longer prompts");
    case AnomalyKind::ModelSwitch:
        return anomalyWord("Model switch");
    case AnomalyKind::NoData:
        break;
    }
    return anomalyWord("No data");
}

StateLook lookOf(const AlertLine& line, const Tokens& tokens)
{
    if (line.snoozedTill)
        return {u"◐"_s, anomalyWord("Snoozed"), tokens.muted};
    if (line.lasts)
        return {u"▲"_s, anomalyWord("Goes on"), tokens.warn};
    return {u"–"_s, anomalyWord("Over"), tokens.muted};
}

QString whoOf(const cost::Alert& alert, const QString& name)
{
    if (!alert.first.service.empty())
        return name;
    return alert.first.kind == AnomalyKind::NoData ? anomalyWord("All services")
                                                   : anomalyWord("No service named");
}

QString sentenceOf(const cost::Alert& alert, const QString& name, const QString& currency)
{
    const cost::Anomaly& first = alert.first;
    const QString who = whoOf(alert, name);
    const auto length = std::chrono::duration_cast<std::chrono::seconds>(first.length);
    if (first.kind == AnomalyKind::NoData)
        return anomalyWord(
                   "%1: no call came from %2 to %3, where about %4 were expected in %5. Either nobody "
                   "called, or the log does not arrive.")
            .arg(who, formatMoment(first.start), formatMoment(alert.until),
                 formatExact(std::llround(first.expected)), formatSpan(length));
    const double times = first.expected > 0 ? alert.peak / first.expected : 0;
    QString text = anomalyWord("%1 used up to %2 in %3 where %4 were expected")
                       .arg(who, figureText(first, alert.peak, currency), formatSpan(length),
                            figureText(first, first.expected, currency));
    text += times > 0 ? anomalyWord(" (%1 times).").arg(timesText(times)) : u"."_s;
    return text + u' ' + meaningOf(first.kind) + u' ' + causeText(first);
}

QString noDataRuleText(const cost::AnomalyRule& rule)
{
    return anomalyWord(
               "No data is told when at least %1 calls were expected within %2 and none came. When all "
               "services are silent, it is told once. A service is learned for %n days first.",
               rule.learningDays)
        .arg(static_cast<int>(rule.silentCalls))
        .arg(formatSpan(rule.silentFor));
}

std::vector<ColumnSpec> alertColumns()
{
    return {{anomalyWord("Service"), u"service"_s, false, 140, {}},
            {anomalyWord("What"), u"kind"_s, false, 116, {}},
            {anomalyWord("From"), u"from"_s, false, 116, anomalyWord("The begin of its first hour")},
            {anomalyWord("Until"), u"until"_s, false, 116, anomalyWord("The end of its last hour")},
            {anomalyWord("Model"), u"model"_s, false, 104, anomalyWord("That grew most")},
            {anomalyWord("Caller"), u"caller"_s, false, 104, anomalyWord("That grew most")},
            {anomalyWord("Value"), u"value"_s, true, 112, anomalyWord("The highest hour")},
            {anomalyWord("Expected"), u"expected"_s, true, 112,
             anomalyWord("From the same times of the days before")},
            {anomalyWord("Times"), u"times"_s, true, 64, {}},
            {anomalyWord("State"), u"state"_s, false, 104, {}}};
}

Record alertRecord(const AlertLine& line, const QString& currency, const Tokens& tokens)
{
    const cost::Anomaly& first = line.alert.first;
    const QString who = whoOf(line.alert, line.name);
    const StateLook look = lookOf(line, tokens);
    const QString till =
        line.snoozedTill ? anomalyWord("until %1").arg(formatMoment(*line.snoozedTill)) : QString();
    Cell times{{}, unknownText(), {}, {}};
    if (first.expected > 0 && first.kind != AnomalyKind::NoData)
        times = {line.alert.peak / first.expected, timesText(line.alert.peak / first.expected), {}, {}};
    Cell caller = nameCell(first.caller);
    if (first.newCaller)
        caller.exact = anomalyWord("%1 did not call before").arg(fromText(first.caller));
    Record record;
    record.key = line.key;
    record.cells = {Cell{who, who, fromText(first.service), {}},
                    Cell{kindName(first.kind), kindName(first.kind), {}, {}},
                    momentCell(first.start, false),
                    momentCell(line.alert.until, false),
                    nameCell(first.model),
                    caller,
                    figureCell(first, line.alert.peak, currency),
                    figureCell(first, first.expected, currency),
                    times,
                    Cell{look.word, look.text(), till, look.color}};
    return record;
}

std::vector<ColumnSpec> alertCallColumns()
{
    return {{anomalyWord("Time"), u"time"_s, false, 132, {}},
            {anomalyWord("Model"), u"model"_s, false, 110, {}},
            {anomalyWord("Caller"), u"caller"_s, false, 110, {}},
            {anomalyWord("Tokens"), u"tokens"_s, true, 84, {}},
            {anomalyWord("Attempts"), u"attempts"_s, true, 84, {}},
            {anomalyWord("Status"), u"status"_s, true, 72, {}},
            {anomalyWord("Cost"), u"cost"_s, true, 92, {}},
            {anomalyWord("Correlation id"), u"correlation_id"_s, false, 150, {}}};
}

std::vector<Record> alertCallRecords(const std::vector<jobs::BookedCall>& calls,
                                     const cost::Currency& currency)
{
    constexpr int CallDigits = 6;
    std::vector<Record> records;
    records.reserve(calls.size());
    for (const jobs::BookedCall& call : calls) {
        const cost::UsageRow& row = call.row;
        qint64 tokens = 0;
        for (const std::int64_t direction : row.tokens)
            tokens += direction;
        const bool counted = row.source != cost::TokenSource::Unknown;
        const bool priced = call.standing == cost::Standing::Priced;
        const QString exact = fromText(cost::exactText(call.cost, 2) + " " + currency.text());
        const std::string& caller = !row.owner.empty()    ? row.owner
                                    : row.feature.empty() ? row.application
                                                          : row.feature;
        Record record;
        record.key = QString::number(records.size()) + u'|' + fromText(row.id);
        record.cells = {momentCell(row.time, true),
                        nameCell(row.model),
                        nameCell(caller),
                        counted ? Cell{tokens, formatExact(tokens), {}, {}}
                                : Cell{{}, unknownText(), anomalyWord("Nobody knows its tokens"), {}},
                        Cell{qint64{row.attempts}, QString::number(row.attempts), {}, {}},
                        Cell{qint64{row.status}, QString::number(row.status), {}, {}},
                        priced ? Cell{static_cast<double>(call.cost) / static_cast<double>(cost::PicoPerUnit),
                                      amountText(cost::Int128{call.cost}, CallDigits),
                                      exact,
                                      {}}
                               : Cell{{}, unknownText(), anomalyWord("It has no price"), {}},
                        nameCell(row.id)};
        records.push_back(std::move(record));
    }
    return records;
}

QString callIdOf(const QString& recordKey)
{
    return recordKey.mid(recordKey.indexOf(u'|') + 1);
}

} // namespace gatehouse::ui
