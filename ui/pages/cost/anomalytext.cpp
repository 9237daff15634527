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

QString translated(const char* text, int count = -1)
{
    return QCoreApplication::translate("Anomalies", text, nullptr, count);
}

Cell textCell(const std::string& value)
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
        return translated("%n calls", static_cast<int>(std::lround(value)));
    if (anomaly.byCost)
        return amountText(value, AmountDigits) + u' ' + currency;
    return translated("%1 tokens").arg(formatAmount(value));
}

Cell figureCell(const cost::Anomaly& anomaly, double value, const QString& currency)
{
    const QString exact = anomaly.byCost ? figureText(anomaly, value, currency)
                                         : formatExact(std::llround(value)) + u' ' +
                                               (anomaly.kind == AnomalyKind::NoData ? translated("calls")
                                                                                    : translated("tokens"));
    return {value, figureText(anomaly, value, currency), exact, {}};
}

QString timesText(double times)
{
    return QLocale().toString(times, 'f', 1);
}

QString causeText(const cost::Anomaly& anomaly)
{
    const QString caller = anomaly.newCaller
                               ? translated("%1, which did not call before").arg(fromText(anomaly.caller))
                               : fromText(anomaly.caller);
    if (!anomaly.model.empty() && !anomaly.caller.empty())
        return translated("Most of the growth is %1, called by %2.").arg(fromText(anomaly.model), caller);
    if (!anomaly.model.empty())
        return translated("Most of the growth is %1; the calls do not say who makes them.")
            .arg(fromText(anomaly.model));
    return anomaly.caller.empty() ? translated("The calls say neither model nor caller.")
                                  : translated("Most of the growth is called by %1.").arg(caller);
}

QString meaningOf(AnomalyKind kind)
{
    switch (kind) {
    case AnomalyKind::Launch:
        return translated("More calls came.");
    case AnomalyKind::RetryStorm:
        return translated("Calls were tried again and again: the attempts for each rose.");
    case AnomalyKind::LongerPrompts:
        return translated("Each call carried more tokens.");
    case AnomalyKind::ModelSwitch:
        return translated("Another model did the work.");
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
        return translated("Launch");
    case AnomalyKind::RetryStorm:
        return translated("Retry storm");
    case AnomalyKind::LongerPrompts:
        return translated("Longer prompts");
    case AnomalyKind::ModelSwitch:
        return translated("Model switch");
    case AnomalyKind::NoData:
        break;
    }
    return translated("No data");
}

StateLook lookOf(const AlertLine& line, const Tokens& tokens)
{
    if (line.snoozedTill)
        return {u"◐"_s, translated("Snoozed"), tokens.muted};
    if (line.lasts)
        return {u"▲"_s, translated("Goes on"), tokens.warn};
    return {u"–"_s, translated("Over"), tokens.muted};
}

QString whoOf(const cost::Alert& alert, const QString& name)
{
    if (!alert.first.service.empty())
        return name;
    return alert.first.kind == AnomalyKind::NoData ? translated("All services")
                                                   : translated("No service named");
}

QString sentenceOf(const cost::Alert& alert, const QString& name, const QString& currency)
{
    const cost::Anomaly& first = alert.first;
    const QString who = whoOf(alert, name);
    const auto length = std::chrono::duration_cast<std::chrono::seconds>(first.length);
    if (first.kind == AnomalyKind::NoData)
        return translated("%1: no call came from %2 to %3, where about %4 were expected in %5. Either nobody "
                          "called, or the log does not arrive.")
            .arg(who, formatMoment(first.start), formatMoment(alert.until),
                 formatExact(std::llround(first.expected)), formatSpan(length));
    const double times = first.expected > 0 ? alert.peak / first.expected : 0;
    QString text = translated("%1 used up to %2 in %3 where %4 were expected")
                       .arg(who, figureText(first, alert.peak, currency), formatSpan(length),
                            figureText(first, first.expected, currency));
    text += times > 0 ? translated(" (%1 times).").arg(timesText(times)) : u"."_s;
    return text + u' ' + meaningOf(first.kind) + u' ' + causeText(first);
}

QString noDataRuleText(const cost::AnomalyRule& rule)
{
    return translated(
               "No data is told when at least %1 calls were expected within %2 and none came. When all "
               "services are silent, it is told once. A service is learned for %n days first.",
               rule.learningDays)
        .arg(static_cast<int>(rule.silentCalls))
        .arg(formatSpan(rule.silentFor));
}

std::vector<ColumnSpec> alertColumns()
{
    return {{translated("Service"), u"service"_s, false, 140, {}},
            {translated("What"), u"kind"_s, false, 116, {}},
            {translated("From"), u"from"_s, false, 116, translated("The begin of its first hour")},
            {translated("Until"), u"until"_s, false, 116, translated("The end of its last hour")},
            {translated("Model"), u"model"_s, false, 104, translated("That grew most")},
            {translated("Caller"), u"caller"_s, false, 104, translated("That grew most")},
            {translated("Value"), u"value"_s, true, 112, translated("The highest hour")},
            {translated("Expected"), u"expected"_s, true, 112,
             translated("From the same times of the days before")},
            {translated("Times"), u"times"_s, true, 64, {}},
            {translated("State"), u"state"_s, false, 104, {}}};
}

Record alertRecord(const AlertLine& line, const QString& currency, const Tokens& tokens)
{
    const cost::Anomaly& first = line.alert.first;
    const QString who = whoOf(line.alert, line.name);
    const StateLook look = lookOf(line, tokens);
    const QString till =
        line.snoozedTill ? translated("until %1").arg(formatMoment(*line.snoozedTill)) : QString();
    Cell times{{}, unknownText(), {}, {}};
    if (first.expected > 0 && first.kind != AnomalyKind::NoData)
        times = {line.alert.peak / first.expected, timesText(line.alert.peak / first.expected), {}, {}};
    Cell caller = textCell(first.caller);
    if (first.newCaller)
        caller.exact = translated("%1 did not call before").arg(fromText(first.caller));
    Record record;
    record.key = line.key;
    record.cells = {Cell{who, who, fromText(first.service), {}},
                    Cell{kindName(first.kind), kindName(first.kind), {}, {}},
                    momentCell(first.start, false),
                    momentCell(line.alert.until, false),
                    textCell(first.model),
                    caller,
                    figureCell(first, line.alert.peak, currency),
                    figureCell(first, first.expected, currency),
                    times,
                    Cell{look.word, look.text(), till, look.color}};
    return record;
}

std::vector<ColumnSpec> alertCallColumns()
{
    return {{translated("Time"), u"time"_s, false, 132, {}},
            {translated("Model"), u"model"_s, false, 110, {}},
            {translated("Caller"), u"caller"_s, false, 110, {}},
            {translated("Tokens"), u"tokens"_s, true, 84, {}},
            {translated("Attempts"), u"attempts"_s, true, 84, {}},
            {translated("Status"), u"status"_s, true, 72, {}},
            {translated("Cost"), u"cost"_s, true, 92, {}},
            {translated("Correlation id"), u"correlation_id"_s, false, 150, {}}};
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
                        textCell(row.model),
                        textCell(caller),
                        counted ? Cell{tokens, formatExact(tokens), {}, {}}
                                : Cell{{}, unknownText(), translated("Nobody knows its tokens"), {}},
                        Cell{qint64{row.attempts}, QString::number(row.attempts), {}, {}},
                        Cell{qint64{row.status}, QString::number(row.status), {}, {}},
                        priced ? Cell{static_cast<double>(call.cost) / static_cast<double>(cost::PicoPerUnit),
                                      amountText(cost::Int128{call.cost}, CallDigits),
                                      exact,
                                      {}}
                               : Cell{{}, unknownText(), translated("It has no price"), {}},
                        textCell(row.id)};
        records.push_back(std::move(record));
    }
    return records;
}

QString callIdOf(const QString& recordKey)
{
    return recordKey.mid(recordKey.indexOf(u'|') + 1);
}

} // namespace gatehouse::ui
