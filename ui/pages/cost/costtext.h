// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"

#include <QtCore/QDate>
#include <QtCore/QString>

#include <optional>

/// How amounts, days and findings of the ledger are written. Amounts that are shown are whole numbers of
/// 10^-digits (CostView::shown), so that what is written sums up. No widgets.
namespace gatehouse::ui {

[[nodiscard]] QDate dateOf(cost::Day day);
/// "Service", "Cost centre".
[[nodiscard]] QString dimensionWord(cost::CostDimension dimension);
/// "Unpriced", "Unknown usage"; "" for Value.
[[nodiscard]] QString kindWord(cost::RowKind kind);
/// The row's name, or what kind it is.
[[nodiscard]] QString rowLabel(const cost::CostRow& row);
/// "per day", "per week", "per month".
[[nodiscard]] QString stepWord(cost::Step step);

/// Nobody knows what the row's calls cost; its amount is no 0.
[[nodiscard]] bool amountUnknown(const cost::CostRow& row);
[[nodiscard]] bool tokensUnknown(const cost::CostRow& row);

/// (1234550, 2) is "12 345.50", grouped by narrow spaces; below 0 with a minus.
[[nodiscard]] QString formatMoney(cost::Int128 shown, int digits);
/// The same with its currency behind: "12 345.50 USD".
[[nodiscard]] QString formatMoney(cost::Int128 shown, int digits, cost::Currency currency);
/// Of an amount that was estimated, in whole units: as many digits as make sense.
[[nodiscard]] QString formatEstimate(double units);
/// With "+" in front where it is more than 0.
[[nodiscard]] QString formatDifference(cost::Int128 shown, int digits);
/// As tables sort and export it.
[[nodiscard]] double moneyValue(cost::Int128 shown, int digits);

/// Whether the log was read so far back that the period before can be compared with.
[[nodiscard]] bool beforeIsKnown(const jobs::CostView& view);
/// The first day that is wholly in the ledger; empty when nothing was read.
[[nodiscard]] std::optional<cost::Day> firstKnownDay(const jobs::CostView& view);

/// "3 Jun 2026".
[[nodiscard]] QString formatDay(cost::Day day);
/// "1 – 3 Jun 2026", the last day included.
[[nodiscard]] QString formatDays(const cost::DayRange& range);
/// "June 2026".
[[nodiscard]] QString formatMonth(cost::Month month);

/// What changed the amount most, as a word and its amount; empty where nothing changed.
struct TopCause
{
    QString word;
    cost::Int128 pico = 0;
};
[[nodiscard]] std::optional<TopCause> topCause(const cost::ChangeCauses& causes);

/// Of the calls that used anything, in percent: "81.7 % measured · 18.1 % estimated · 0.23 % unknown"; ""
/// where none were looked at.
[[nodiscard]] QString sharesText(const cost::Completeness& completeness);
/// What lacks besides the shares, one part a finding: "7 sampled", "3 late", "cut"; empty when nothing does.
[[nodiscard]] QStringList lackingTexts(const cost::Completeness& completeness);

[[nodiscard]] QString faultWord(cost::FaultKind kind);
/// What the finding says and what can be done about it. One sentence or two.
[[nodiscard]] QString faultSentence(const cost::Fault& fault);

/// "USD · days in UTC · price version 2 · closed until May 2026 · log read until 3 Jun, 15:02".
[[nodiscard]] QString basisText(const jobs::CostView& view);

} // namespace gatehouse::ui
