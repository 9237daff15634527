// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costrecords.h"

#include "core/usage/money/shown.h"
#include "ui/models/format.h"
#include "ui/pages/cost/costbreakdown.h"
#include "ui/pages/cost/costcalls.h"
#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Cost", text);
}

Cell textCell(const QString& text, const QString& exact = {})
{
    return {text, text, exact, {}};
}

Cell countCell(std::int64_t value)
{
    return {QVariant::fromValue(static_cast<qint64>(value)),
            formatAmount(static_cast<double>(value)),
            formatExact(value),
            {}};
}

Cell unknownCell(const QString& why = {})
{
    return {QVariant(), unknownText(), why, {}};
}

Cell shareCell(std::int64_t part, std::int64_t whole)
{
    if (whole == 0)
        return unknownCell();
    const double share = static_cast<double>(part) / static_cast<double>(whole);
    return {share, formatShare(share), {}, {}};
}

Cell moneyCell(cost::Int128 shown, const jobs::CostView& view, cost::Int128 pico)
{
    return {moneyValue(shown, view.digits),
            formatMoney(shown, view.digits),
            fromText(cost::exactText(pico, view.digits)) + u' ' + fromText(view.grouping.currency.text()),
            {}};
}

/// A row's amounts as they are shown; differences are those of what is shown, so that they sum up too.
struct Shown
{
    std::vector<cost::Int128> before;

    explicit Shown(const jobs::CostView& view)
    {
        std::vector<cost::Int128> parts;
        for (const cost::CostRow& row : view.grouping.rows)
            parts.push_back(row.before.pico);
        before = cost::shownParts(parts, view.digits);
    }
};

Cell perCallCell(const cost::CostRow& row, const jobs::CostView& view)
{
    if (row.now.requests <= 0 || amountUnknown(row))
        return unknownCell();
    const double value = static_cast<double>(row.now.pico) / static_cast<double>(cost::PicoPerUnit) /
                         static_cast<double>(row.now.requests);
    return {value,
            value != 0 && value < 0.01 ? QString::number(value, 'g', 2) : QString::number(value, 'f', 4),
            fromText(view.grouping.currency.text()) + u' ' + tr("a call"),
            {}};
}

Record recordOf(const jobs::CostView& view, std::size_t index, const Shown& shown, const Theme& theme)
{
    const cost::CostRow& row = view.grouping.rows[index];
    Record record;
    record.key = rowKey(row);
    record.swatch = rowColor(theme, view.grouping.question.by, row);
    const QString label = rowLabel(row);
    const QString id = fromText(row.key);
    record.cells.push_back(textCell(label, id == label ? QString() : id));
    const bool unknown = amountUnknown(row);
    const QString why = row.kind == cost::RowKind::Unpriced ? tr("No price, so nobody knows what these cost")
                                                            : tr("Nobody knows the tokens of these");
    record.cells.push_back(unknown ? unknownCell(why)
                                   : moneyCell(view.shown.rows[index], view, row.now.pico));
    if (unknown || view.shown.total == 0) {
        record.cells.push_back(unknownCell());
    } else {
        const double share = static_cast<double>(row.now.pico) / static_cast<double>(view.grouping.now.pico);
        record.cells.push_back({share, formatShare(share), {}, {}});
    }
    const bool compared = beforeIsKnown(view);
    const QString unread = tr("The log was not read so far back");
    record.cells.push_back(compared ? moneyCell(shown.before[index], view, row.before.pico)
                                    : unknownCell(unread));
    const cost::Int128 change = view.shown.rows[index] - shown.before[index];
    record.cells.push_back(
        compared ? Cell{moneyValue(change, view.digits), formatDifference(change, view.digits), {}, {}}
                 : unknownCell(unread));
    record.cells.push_back(countCell(row.now.requests));
    record.cells.push_back(tokensUnknown(row) ? unknownCell(why) : countCell(row.now.allTokens()));
    record.cells.push_back(perCallCell(row, view));
    record.cells.push_back(shareCell(row.estimatedRequests, row.now.requests));
    record.cells.push_back(shareCell(row.now.failed, row.now.requests));
    record.cells.push_back(countCell(row.now.attempts));
    // On screen a button says it; exports have the words.
    const QString fix = fixWord(fixOf(view, row.kind));
    record.cells.push_back({fix.isEmpty() ? QVariant(QString()) : QVariant(fix), {}, {}, {}});
    return record;
}

/// Whether the directory says what this dimension is.
bool isAssigned(cost::CostDimension dimension)
{
    using cost::CostDimension;
    return dimension == CostDimension::Team || dimension == CostDimension::Owner ||
           dimension == CostDimension::CostCentre || dimension == CostDimension::Environment ||
           dimension == CostDimension::Application;
}

QString standingWord(const jobs::BookedCall& call)
{
    if (call.standing == cost::Standing::Unpriced)
        return tr("no price");
    return call.standing == cost::Standing::UnknownUsage ? tr("usage unknown") : QString();
}

QString sourceWord(cost::TokenSource source)
{
    switch (source) {
    case cost::TokenSource::Measured:
        return tr("measured");
    case cost::TokenSource::Estimated:
        return tr("estimated");
    case cost::TokenSource::Unknown:
        return tr("unknown");
    case cost::TokenSource::None:
        break;
    }
    return tr("none");
}

} // namespace

std::vector<ColumnSpec> spendColumns()
{
    return {
        {tr("Name"), u"name"_s, false, 190, {}},
        {tr("Spent"), u"spent"_s, true, 96, tr("In the period; the rows sum to the total")},
        {tr("Share"), u"share"_s, true, 72, tr("Of the total")},
        {tr("Before"), u"before"_s, true, 96, tr("In the period before")},
        {tr("Change"), u"change"_s, true, 96, tr("Spent, less what was spent before")},
        {tr("Calls"), u"calls"_s, true, 72, {}},
        {tr("Tokens"), u"tokens"_s, true, 76, tr("All directions")},
        {tr("Per call"), u"per_call"_s, true, 80, tr("Spent for a call, on average")},
        {tr("Estimated"), u"estimated_share"_s, true, 88,
         tr("Share of calls whose tokens the gateway estimated")},
        {tr("Failed"), u"failed_share"_s, true, 72, tr("Share of calls that failed")},
        {tr("Attempts"), u"attempts"_s, true, 80, tr("Requests that were sent to backends")},
        {tr("What to do"), u"what_to_do"_s, false, 150, tr("What makes the row smaller")},
    };
}

bool isMoneyColumn(int column)
{
    return column == SpendAmount || column == SpendBefore || column == SpendChange;
}

std::vector<Record> spendRecords(const jobs::CostView& view, const Theme& theme)
{
    const Shown shown(view);
    std::vector<Record> records;
    records.reserve(view.grouping.rows.size());
    for (std::size_t i = 0; i < view.grouping.rows.size(); ++i)
        records.push_back(recordOf(view, i, shown, theme));
    return records;
}

SpendFixKind fixOf(const jobs::CostView& view, cost::RowKind kind)
{
    switch (kind) {
    case cost::RowKind::Unpriced:
        return SpendFixKind::AddPrice;
    case cost::RowKind::UnknownUsage:
        return SpendFixKind::SayWhatIsMissing;
    case cost::RowKind::Unattributed:
        return isAssigned(view.grouping.question.by) ? SpendFixKind::AssignOwner : SpendFixKind::ShowCalls;
    case cost::RowKind::UnusedReservation:
        return SpendFixKind::ShowReservations;
    case cost::RowKind::TestTraffic:
    case cost::RowKind::AfterClose:
        return SpendFixKind::ShowCalls;
    case cost::RowKind::Value:
        break;
    }
    return SpendFixKind::None;
}

QString fixWord(SpendFixKind fix)
{
    switch (fix) {
    case SpendFixKind::AddPrice:
        return tr("Add a price…");
    case SpendFixKind::AssignOwner:
        return tr("Assign an owner…");
    case SpendFixKind::SayWhatIsMissing:
        return tr("Say what is missing…");
    case SpendFixKind::ShowCalls:
        return tr("Show the calls…");
    case SpendFixKind::ShowReservations:
        return tr("See reservations…");
    case SpendFixKind::None:
        break;
    }
    return {};
}

std::vector<ColumnSpec> callColumns()
{
    return {
        {tr("Time"), u"time"_s, false, 150, tr("When the call began")},
        {tr("Service"), u"service"_s, false, 130, {}},
        {tr("Model"), u"model"_s, false, 130, {}},
        {tr("Backend"), u"backend"_s, false, 120, {}},
        {tr("Feature"), u"feature"_s, false, 100, {}},
        {tr("Spent"), u"spent"_s, true, 90, {}},
        {tr("Tokens"), u"tokens"_s, true, 76, tr("All directions")},
        {tr("Counted"), u"source"_s, false, 90, tr("Where the tokens come from")},
        {tr("Attempts"), u"attempts"_s, true, 80, tr("Requests that were sent to backends")},
        {tr("Status"), u"status"_s, true, 68, {}},
        {tr("Booked"), u"booked"_s, false, 110, tr("The day that it counts on")},
        {tr("Correlation id"), u"correlation_id"_s, false, 280, tr("Return explains where the request went")},
    };
}

std::vector<Record> callRecords(const std::vector<jobs::BookedCall>& calls, cost::Currency currency,
                                const Theme& theme)
{
    std::vector<Record> records;
    records.reserve(calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const jobs::BookedCall& call = calls[i];
        const cost::UsageRow& row = call.row;
        const int sign = call.reversal ? -1 : 1;
        Record record;
        record.key = QString::number(i) + u' ' + fromText(row.id);
        const QString time = fromText(formatDateTime(row.time));
        record.cells.push_back({time, formatMoment(row.time, true), time, {}});
        for (const std::string* text : {&row.service, &row.model, &row.backend, &row.feature}) {
            const QString shown = fromText(*text);
            record.cells.push_back({shown, shown.isEmpty() ? unknownText() : shown, {}, {}});
        }
        if (call.standing == cost::Standing::Priced) {
            const cost::Int128 pico = cost::Int128{call.cost} * sign;
            record.cells.push_back({static_cast<double>(pico) / static_cast<double>(cost::PicoPerUnit),
                                    formatMoney(cost::shownWhole(pico, 4), 4),
                                    fromText(cost::exactText(pico) + ' ' + currency.text()),
                                    {}});
        } else {
            record.cells.push_back(unknownCell(standingWord(call)));
        }
        const std::int64_t tokens = row.tokens[0] + row.tokens[1] + row.tokens[2] + row.tokens[3];
        record.cells.push_back(call.standing == cost::Standing::UnknownUsage ? unknownCell()
                                                                             : countCell(tokens * sign));
        record.cells.push_back(textCell(call.reversal ? tr("taken back") : sourceWord(row.source)));
        record.cells.push_back(countCell(row.attempts));
        record.cells.push_back({QVariant::fromValue(static_cast<qint64>(row.status)),
                                QString::number(row.status),
                                {},
                                row.failed() ? theme.tokens().bad : QColor()});
        QString booked = fromText(cost::dayText(call.booked));
        if (call.afterClose)
            booked += u' ' + tr("(late)");
        record.cells.push_back(textCell(booked));
        record.cells.push_back(textCell(fromText(row.id)));
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace gatehouse::ui
