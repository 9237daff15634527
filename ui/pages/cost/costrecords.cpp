// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costrecords.h"

#include "core/usage/money/shown.h"
#include "ui/models/cells.h"
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

QString recordWord(const char* text)
{
    return QCoreApplication::translate("Cost", text);
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
            fromText(view.grouping.currency.text()) + u' ' + recordWord("a call"),
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
    const QString why = row.kind == cost::RowKind::Unpriced
                            ? recordWord("No price, so nobody knows what these cost")
                            : recordWord("Nobody knows the tokens of these");
    record.cells.push_back(unknown ? unknownCell(why)
                                   : moneyCell(view.shown.rows[index], view, row.now.pico));
    if (unknown || view.shown.total == 0) {
        record.cells.push_back(unknownCell());
    } else {
        const double share = static_cast<double>(row.now.pico) / static_cast<double>(view.grouping.now.pico);
        record.cells.push_back({share, formatShare(share), {}, {}});
    }
    const bool compared = beforeIsKnown(view);
    const QString unread = recordWord("The log was not read so far back");
    record.cells.push_back(compared ? moneyCell(shown.before[index], view, row.before.pico)
                                    : unknownCell(unread));
    const cost::Int128 change = view.shown.rows[index] - shown.before[index];
    record.cells.push_back(
        compared ? Cell{moneyValue(change, view.digits), formatDifference(change, view.digits), {}, {}}
                 : unknownCell(unread));
    record.cells.push_back(amountCell(row.now.requests));
    record.cells.push_back(tokensUnknown(row) ? unknownCell(why) : amountCell(row.now.allTokens()));
    record.cells.push_back(perCallCell(row, view));
    record.cells.push_back(shareCell(row.estimatedRequests, row.now.requests));
    record.cells.push_back(shareCell(row.now.failed, row.now.requests));
    record.cells.push_back(amountCell(row.now.attempts));
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
        return recordWord("no price");
    return call.standing == cost::Standing::UnknownUsage ? recordWord("usage unknown") : QString();
}

QString sourceWord(cost::TokenSource source)
{
    switch (source) {
    case cost::TokenSource::Measured:
        return recordWord("measured");
    case cost::TokenSource::Estimated:
        return recordWord("estimated");
    case cost::TokenSource::Unknown:
        return recordWord("unknown");
    case cost::TokenSource::None:
        break;
    }
    return recordWord("none");
}

} // namespace

std::vector<ColumnSpec> spendColumns()
{
    return {
        {recordWord("Name"), u"name"_s, false, 190, {}},
        {recordWord("Spent"), u"spent"_s, true, 96, recordWord("In the period; the rows sum to the total")},
        {recordWord("Share"), u"share"_s, true, 72, recordWord("Of the total")},
        {recordWord("Before"), u"before"_s, true, 96, recordWord("In the period before")},
        {recordWord("Change"), u"change"_s, true, 96, recordWord("Spent, less what was spent before")},
        {recordWord("Calls"), u"calls"_s, true, 72, {}},
        {recordWord("Tokens"), u"tokens"_s, true, 76, recordWord("All directions")},
        {recordWord("Per call"), u"per_call"_s, true, 80, recordWord("Spent for a call, on average")},
        {recordWord("Estimated"), u"estimated_share"_s, true, 88,
         recordWord("Share of calls whose tokens the gateway estimated")},
        {recordWord("Failed"), u"failed_share"_s, true, 72, recordWord("Share of calls that failed")},
        {recordWord("Attempts"), u"attempts"_s, true, 80, recordWord("Requests that were sent to backends")},
        {recordWord("What to do"), u"what_to_do"_s, false, 150, recordWord("What makes the row smaller")},
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
        return recordWord("Add a price…");
    case SpendFixKind::AssignOwner:
        return recordWord("Assign an owner…");
    case SpendFixKind::SayWhatIsMissing:
        return recordWord("Say what is missing…");
    case SpendFixKind::ShowCalls:
        return recordWord("Show the calls…");
    case SpendFixKind::ShowReservations:
        return recordWord("See reservations…");
    case SpendFixKind::None:
        break;
    }
    return {};
}

std::vector<ColumnSpec> callColumns()
{
    return {
        {recordWord("Time"), u"time"_s, false, 150, recordWord("When the call began")},
        {recordWord("Service"), u"service"_s, false, 130, {}},
        {recordWord("Model"), u"model"_s, false, 130, {}},
        {recordWord("Backend"), u"backend"_s, false, 120, {}},
        {recordWord("Feature"), u"feature"_s, false, 100, {}},
        {recordWord("Spent"), u"spent"_s, true, 90, {}},
        {recordWord("Tokens"), u"tokens"_s, true, 76, recordWord("All directions")},
        {recordWord("Counted"), u"source"_s, false, 90, recordWord("Where the tokens come from")},
        {recordWord("Attempts"), u"attempts"_s, true, 80, recordWord("Requests that were sent to backends")},
        {recordWord("Status"), u"status"_s, true, 68, {}},
        {recordWord("Booked"), u"booked"_s, false, 110, recordWord("The day that it counts on")},
        {recordWord("Correlation id"), u"correlation_id"_s, false, 280,
         recordWord("Return explains where the request went")},
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
                                                                             : amountCell(tokens * sign));
        record.cells.push_back(textCell(call.reversal ? recordWord("taken back") : sourceWord(row.source)));
        record.cells.push_back(amountCell(row.attempts));
        record.cells.push_back({QVariant::fromValue(static_cast<qint64>(row.status)),
                                QString::number(row.status),
                                {},
                                row.failed() ? theme.tokens().bad : QColor()});
        QString booked = fromText(cost::dayText(call.booked));
        if (call.afterClose)
            booked += u' ' + recordWord("(late)");
        record.cells.push_back(textCell(booked));
        record.cells.push_back(textCell(fromText(row.id)));
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace gatehouse::ui
