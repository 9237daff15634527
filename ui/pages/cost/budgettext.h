// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/budgetdesk.h"
#include "ui/widgets/statebadge.h"

/// How budgets are written: amounts, days, states, and the sentences beside the chart.
namespace gatehouse::ui {

/// "1 234.50", exact to the digits. Negative ones have a minus.
[[nodiscard]] QString amountText(cost::Int128 pico, int digits);
[[nodiscard]] QString amountText(double units, int digits);
/// Of a whole number of 10^-digits, as cost::shownParts answers.
[[nodiscard]] QString wholeText(cost::Int128 whole, int digits);
/// "+12.30", "−4.00", "0.00".
[[nodiscard]] QString signedAmountText(cost::Int128 pico, int digits);
/// Places behind the point for amounts of about this size: the currency's, more where it is under one unit.
[[nodiscard]] int digitsFor(const cost::Currency& currency, cost::Int128 pico);
[[nodiscard]] QString monthName(cost::Month month); ///< "June 2026"
[[nodiscard]] QString dayName(cost::Day day);       ///< "Sun 28 Jun"

/// ● Within, ◐ At risk, ▲ Exceeds, ○ Over.
[[nodiscard]] StateLook lookOf(cost::BudgetState state, const Tokens& tokens);
/// The same for a line: one that is not in force says since or until when.
[[nodiscard]] StateLook lookOf(const BudgetLine& line, cost::Month today, const Tokens& tokens);
[[nodiscard]] QString scopeName(cost::BudgetScope scope); ///< "Everything", "Team", "Service"
/// "Everything", or the service's or team's name.
[[nodiscard]] QString titleOf(const BudgetLine& line);

/// When it runs out: "Sun 28 Jun (Fri 26 Jun at the earliest, not this month at the latest)".
[[nodiscard]] QString runsOutText(const cost::BudgetStatus& status);
/// What the month will have cost; says when it is a guess.
[[nodiscard]] QString forecastText(const std::optional<cost::Forecast>& forecast, const QString& currency,
                                   int digits);
/// The back-test as a sentence, whichever of the two did better.
[[nodiscard]] QString proofText(const std::optional<jobs::ForecastProof>& proof);

} // namespace gatehouse::ui
