// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/budgettext.h"

#include "core/usage/money/shown.h"
#include "ui/models/format.h"
#include "ui/pages/cost/costtext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QChar NarrowSpace(0x202F);
constexpr int MoreDigits = 4;
constexpr std::size_t GuessBelow = 14; ///< days

QString gaugeWord(const char* text, int count = -1)
{
    return QCoreApplication::translate("Budgets", text, nullptr, count);
}

QString grouped(QString text)
{
    const qsizetype point = text.indexOf(u'.');
    const qsizetype first = text.startsWith(u'-') ? 1 : 0;
    for (qsizetype at = (point < 0 ? text.size() : point) - 3; at > first; at -= 3)
        text.insert(at, NarrowSpace);
    if (first == 1)
        text[0] = QChar(0x2212);
    return text.replace(u'.', QLocale().decimalPoint());
}

} // namespace

QString wholeText(cost::Int128 whole, int digits)
{
    return grouped(fromText(cost::shownText(whole, digits)));
}

QString amountText(cost::Int128 pico, int digits)
{
    return wholeText(cost::shownWhole(pico, digits), digits);
}

QString amountText(double units, int digits)
{
    if (!std::isfinite(units))
        return unknownText();
    return grouped(QString::number(units, 'f', digits));
}

QString signedAmountText(cost::Int128 pico, int digits)
{
    return (cost::shownWhole(pico, digits) > 0 ? u"+"_s : QString()) + amountText(pico, digits);
}

int digitsFor(const cost::Currency& currency, cost::Int128 pico)
{
    const bool small = pico != 0 && pico < cost::PicoPerUnit && pico > -cost::Int128{cost::PicoPerUnit};
    return currency.digits() + (small ? MoreDigits : 0);
}

QString monthName(cost::Month month)
{
    return QLocale().toString(dateOf(cost::firstDay(month)), u"MMMM yyyy"_s);
}

QString dayName(cost::Day day)
{
    return QLocale().toString(dateOf(day), u"ddd d MMM"_s);
}

StateLook lookOf(cost::BudgetState state, const Tokens& tokens)
{
    switch (state) {
    case cost::BudgetState::AtRisk:
        return {u"◐"_s, gaugeWord("At risk"), tokens.warn};
    case cost::BudgetState::Exceeds:
        return {u"▲"_s, gaugeWord("Exceeds"), tokens.bad};
    case cost::BudgetState::Over:
        return {u"○"_s, gaugeWord("Over"), tokens.bad};
    case cost::BudgetState::Within:
        break;
    }
    return {u"●"_s, gaugeWord("Within"), tokens.good};
}

StateLook lookOf(const BudgetLine& line, cost::Month today, const Tokens& tokens)
{
    if (today < line.budget.since)
        return {u"–"_s, gaugeWord("From %1").arg(monthName(line.budget.since)), tokens.muted};
    if (line.budget.until && *line.budget.until <= today)
        return {u"–"_s, gaugeWord("Ended"), tokens.muted};
    if (!line.status)
        return {u"–"_s, gaugeWord("Unknown"), tokens.unknown};
    return lookOf(line.status->state, tokens);
}

QString scopeName(cost::BudgetScope scope)
{
    switch (scope) {
    case cost::BudgetScope::Team:
        return gaugeWord("Team");
    case cost::BudgetScope::Service:
        return gaugeWord("Service");
    case cost::BudgetScope::Everything:
        break;
    }
    return gaugeWord("Everything");
}

QString titleOf(const BudgetLine& line)
{
    return line.budget.scope == cost::BudgetScope::Everything ? scopeName(line.budget.scope) : line.name;
}

QString runsOutText(const cost::BudgetStatus& status)
{
    if (!status.forecast)
        return gaugeWord("Nothing is known yet to forecast it from.");
    if (status.state == cost::BudgetState::Over && status.runsOut)
        return gaugeWord("It ran out on %1.").arg(dayName(*status.runsOut));
    const auto when = [](const std::optional<cost::Day>& day) {
        return day ? dayName(*day) : gaugeWord("not this month");
    };
    if (!status.runsOut && !status.earliest && !status.latest)
        return gaugeWord("It does not run out this month.");
    if (!status.runsOut)
        return gaugeWord("It is not expected to run out this month; %1 at the earliest.")
            .arg(when(status.earliest));
    return gaugeWord("It runs out on %1: %2 at the earliest, %3 at the latest.")
        .arg(when(status.runsOut), when(status.earliest), when(status.latest));
}

QString forecastText(const std::optional<cost::Forecast>& forecast, const QString& currency, int digits)
{
    if (!forecast)
        return gaugeWord("There is no forecast: no day of spending is known.");
    QString text = gaugeWord("%1 will have cost %2 %5, nine times of ten between %3 and %4.")
                       .arg(monthName(forecast->month), amountText(forecast->total, digits),
                            amountText(forecast->low, digits), amountText(forecast->high, digits), currency);
    if (forecast->history < GuessBelow)
        text +=
            u' ' + gaugeWord("It is a guess: only %n days are known.", static_cast<int>(forecast->history));
    return text;
}

QString proofText(const std::optional<jobs::ForecastProof>& proof)
{
    if (!proof || proof->summary.months == 0)
        return gaugeWord("Not tested yet: it needs a month that is over, and four weeks before it.");
    const cost::BacktestSummary& summary = proof->summary;
    return gaugeWord("Made on day %1 of the last %n months, the forecast was %2 off at the median, a "
                     "straight line %3. The interval held in %4 of these months.",
                     static_cast<int>(summary.months))
        .arg(proof->dayOfMonth)
        .arg(formatShare(summary.medianError), formatShare(summary.medianStraightError),
             formatShare(summary.covered));
}

} // namespace gatehouse::ui
