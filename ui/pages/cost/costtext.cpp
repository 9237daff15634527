// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costtext.h"

#include "core/usage/money/shown.h"
#include "ui/models/format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QChar NarrowSpace(0x202F);

QString costWord(const char* text)
{
    return QCoreApplication::translate("Cost", text);
}

/// "1 call", "12 calls".
QString calls(std::int64_t count)
{
    return count == 1 ? costWord("1 call") : costWord("%1 calls").arg(formatExact(count));
}

} // namespace

QDate dateOf(cost::Day day)
{
    const std::chrono::year_month_day date{day};
    return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day()))};
}

QString dimensionWord(cost::CostDimension dimension)
{
    switch (dimension) {
    case cost::CostDimension::Service:
        return costWord("Service");
    case cost::CostDimension::Team:
        return costWord("Team");
    case cost::CostDimension::Owner:
        return costWord("Owner");
    case cost::CostDimension::CostCentre:
        return costWord("Cost centre");
    case cost::CostDimension::Environment:
        return costWord("Environment");
    case cost::CostDimension::Application:
        return costWord("Application");
    case cost::CostDimension::Feature:
        return costWord("Feature");
    case cost::CostDimension::Model:
        return costWord("Model");
    case cost::CostDimension::Backend:
        return costWord("Backend");
    case cost::CostDimension::Region:
        return costWord("Region");
    }
    return {};
}

QString kindWord(cost::RowKind kind)
{
    switch (kind) {
    case cost::RowKind::TestTraffic:
        return costWord("Test traffic");
    case cost::RowKind::UnknownUsage:
        return costWord("Unknown usage");
    case cost::RowKind::Unpriced:
        return costWord("Unpriced");
    case cost::RowKind::AfterClose:
        return costWord("Booked after close");
    case cost::RowKind::Unattributed:
        return costWord("Unattributed");
    case cost::RowKind::UnusedReservation:
        return costWord("Unused reservation");
    case cost::RowKind::Value:
        break;
    }
    return {};
}

QString rowLabel(const cost::CostRow& row)
{
    return row.kind == cost::RowKind::Value ? fromText(row.label) : kindWord(row.kind);
}

QString stepWord(cost::Step step)
{
    return step == cost::Step::Daily    ? costWord("per day")
           : step == cost::Step::Weekly ? costWord("per week")
                                        : costWord("per month");
}

bool amountUnknown(const cost::CostRow& row)
{
    return (row.kind == cost::RowKind::UnknownUsage || row.kind == cost::RowKind::Unpriced) &&
           row.now.pico == 0;
}

bool tokensUnknown(const cost::CostRow& row)
{
    return row.kind == cost::RowKind::UnknownUsage && row.now.allTokens() == 0;
}

QString formatMoney(cost::Int128 shown, int digits)
{
    QString text = fromText(cost::shownText(shown < 0 ? -shown : shown, digits));
    const qsizetype point = text.indexOf(u'.');
    if (point >= 0)
        text.replace(point, 1, QLocale().decimalPoint());
    for (qsizetype at = (point < 0 ? text.size() : point) - 3; at > 0; at -= 3)
        text.insert(at, NarrowSpace);
    return shown < 0 ? u'−' + text : text;
}

QString formatMoney(cost::Int128 shown, int digits, cost::Currency currency)
{
    const QString amount = formatMoney(shown, digits);
    return currency.known() ? amount + QChar(0x00A0) + fromText(currency.text()) : amount;
}

QString formatEstimate(double units)
{
    if (!std::isfinite(units))
        return unknownText();
    return std::fabs(units) >= 1000 && std::fabs(units) < 9e15 ? formatExact(std::llround(units))
                                                               : formatAmount(units);
}

QString formatDifference(cost::Int128 shown, int digits)
{
    return (shown > 0 ? u"+"_s : QString()) + formatMoney(shown, digits);
}

double moneyValue(cost::Int128 shown, int digits)
{
    return static_cast<double>(shown) / std::pow(10.0, digits);
}

std::optional<cost::Day> firstKnownDay(const jobs::CostView& view)
{
    if (!view.readFrom)
        return std::nullopt;
    const cost::Day day = cost::utcDay(*view.readFrom);
    const bool whole =
        DateTime::fromUnixSeconds(std::chrono::seconds(day.time_since_epoch()).count()) == *view.readFrom;
    return whole ? day : day + std::chrono::days{1};
}

bool beforeIsKnown(const jobs::CostView& view)
{
    const std::optional<cost::Day> first = firstKnownDay(view);
    return first && *first <= view.grouping.question.before.first;
}

QString formatDay(cost::Day day)
{
    return QLocale().toString(dateOf(day), u"d MMM yyyy"_s);
}

QString formatDays(const cost::DayRange& range)
{
    const QDate first = dateOf(range.first);
    const QDate last = dateOf(range.end - std::chrono::days{1});
    if (first == last)
        return formatDay(range.first);
    const QString from = first.year() != last.year()     ? u"d MMM yyyy"_s
                         : first.month() != last.month() ? u"d MMM"_s
                                                         : u"d"_s;
    return QLocale().toString(first, from) + u" – "_s + QLocale().toString(last, u"d MMM yyyy"_s);
}

QString formatMonth(cost::Month month)
{
    return QLocale().toString(dateOf(cost::firstDay(month)), u"MMMM yyyy"_s);
}

std::optional<TopCause> topCause(const cost::ChangeCauses& causes)
{
    const std::array<TopCause, 5> all{{
        {costWord("Number of calls"), causes.volume},
        {costWord("Other models"), causes.modelMix},
        {costWord("Tokens per call"), causes.tokensPerCall},
        {costWord("Prices"), causes.price},
        {costWord("Reservations and unknown usage"), causes.rest},
    }};
    const auto size = [](const TopCause& cause) { return cause.pico < 0 ? -cause.pico : cause.pico; };
    const auto most = std::max_element(
        all.begin(), all.end(), [&](const TopCause& a, const TopCause& b) { return size(a) < size(b); });
    return most->pico == 0 ? std::nullopt : std::optional(*most);
}

QString sharesText(const cost::Completeness& completeness)
{
    const std::int64_t used = completeness.measured + completeness.estimated + completeness.unknown;
    if (used <= 0)
        return {};
    const auto share = [used](std::int64_t count) {
        return formatShare(static_cast<double>(count) / static_cast<double>(used));
    };
    QStringList parts{costWord("%1 measured").arg(share(completeness.measured))};
    if (completeness.estimated != 0)
        parts.append(costWord("%1 estimated").arg(share(completeness.estimated)));
    if (completeness.unknown != 0)
        parts.append(costWord("%1 unknown").arg(share(completeness.unknown)));
    return parts.join(u" · "_s);
}

QStringList lackingTexts(const cost::Completeness& completeness)
{
    QStringList texts;
    const auto add = [&texts](std::int64_t count, const char* text) {
        if (count != 0)
            texts.append(costWord(text).arg(formatExact(count)));
    };
    add(completeness.late, QT_TRANSLATE_NOOP("Cost", "%1 late"));
    add(completeness.sampled, QT_TRANSLATE_NOOP("Cost", "%1 sampled"));
    add(completeness.missingLlm, QT_TRANSLATE_NOOP("Cost", "%1 without tokens in the LLM log"));
    add(completeness.missingGateway, QT_TRANSLATE_NOOP("Cost", "%1 not in the gateway's log"));
    if (completeness.truncated)
        texts.append(costWord("answer cut"));
    return texts;
}

QString faultWord(cost::FaultKind kind)
{
    switch (kind) {
    case cost::FaultKind::MissingPrice:
        return costWord("Missing price");
    case cost::FaultKind::WrongJoin:
        return costWord("Wrong join");
    case cost::FaultKind::Duplicates:
        return costWord("Duplicates");
    case cost::FaultKind::LateRows:
        return costWord("Late rows");
    case cost::FaultKind::EstimatedStreams:
        return costWord("Estimated streams");
    case cost::FaultKind::FailedButBilled:
        return costWord("Failed but billed");
    case cost::FaultKind::DirectCalls:
        return costWord("Direct calls");
    case cost::FaultKind::PriceChange:
        return costWord("Price change");
    case cost::FaultKind::RenamedService:
        return costWord("Renamed service");
    case cost::FaultKind::RetryStorm:
        return costWord("Retry storm");
    }
    return {};
}

QString faultSentence(const cost::Fault& fault)
{
    const QString who = fault.subject.empty() ? costWord("all") : fromText(fault.subject);
    const QString size = calls(fault.calls);
    switch (fault.kind) {
    case cost::FaultKind::MissingPrice:
        return costWord("%1 of %2 have no price, so their cost is unknown. Add a price.").arg(size, who);
    case cost::FaultKind::WrongJoin:
        return costWord("%1 have tokens under another id or twice. Look at the join of the two logs.")
            .arg(size);
    case cost::FaultKind::Duplicates:
        return costWord("%1 came again in the log. They are counted once.").arg(size);
    case cost::FaultKind::LateRows:
        return costWord("%1 were in the log more than an hour late. Totals of that time have grown since.")
            .arg(size);
    case cost::FaultKind::EstimatedStreams:
        return costWord("The gateway estimated the tokens of %1 of %2. Let callers ask for usage in streams.")
            .arg(size, who);
    case cost::FaultKind::FailedButBilled:
        return costWord("%1 of %2 failed for the caller and were billed all the same.").arg(size, who);
    case cost::FaultKind::DirectCalls:
        return costWord("%1 of %2 went around the gateway. They are on the bill and not here.")
            .arg(size, who);
    case cost::FaultKind::PriceChange:
        return costWord(
                   "The price of %1 changed within the month, so one price for all of it would be wrong.")
            .arg(who);
    case cost::FaultKind::RenamedService:
        return costWord("%1 goes on as %2. Give the old id the new one in the directory.")
            .arg(who, fromText(fault.other));
    case cost::FaultKind::RetryStorm:
        return costWord("%1 asked again and again: %2 attempts too many.").arg(who, formatExact(fault.calls));
    }
    return {};
}

QString basisText(const jobs::CostView& view)
{
    QStringList parts;
    if (view.grouping.currency.known())
        parts.append(fromText(view.grouping.currency.text()));
    parts.append(costWord("days in %1").arg(fromText(view.zone)));
    parts.append(costWord("price version %1").arg(view.priceVersion));
    parts.append(view.closedThrough ? costWord("closed until %1").arg(formatMonth(*view.closedThrough))
                                    : costWord("no month is closed"));
    if (view.readTo)
        parts.append(costWord("log read until %1").arg(formatMoment(*view.readTo)));
    return parts.join(u" · "_s);
}

} // namespace gatehouse::ui
