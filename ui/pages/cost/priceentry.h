// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/prices/pricebook.h"

#include <QtCore/QString>

#include <optional>

namespace gatehouse::ui {

/// A price as it is typed. Checked at the door: nothing that is not a price gets further.
struct PriceEntry
{
    QString model;
    QString region; ///< "" is every region
    cost::Direction direction = cost::Direction::Input;
    QString amount;
    cost::Unit unit = cost::Unit::Million;
    QString currency;
    QString since; ///< 2026-11-26
};
[[nodiscard]] PriceEntry entryOf(const cost::Price& price);
/// InvalidInput says which field and why.
[[nodiscard]] Result<cost::Price> priceOf(const PriceEntry& entry);

struct DiscountEntry
{
    QString model;  ///< "" is every model
    QString region; ///< "" is every region
    QString percent;
    QString since;
    QString until; ///< the first day without it; "" has no end
};
[[nodiscard]] Result<cost::Discount> discountOf(const DiscountEntry& entry);

/// Capacity or infrastructure that is paid by the month.
struct MonthlyEntry
{
    QString name;
    QString backend; ///< of reservations alone
    QString amount;
    QString currency;
    QString since;
    QString until; ///< the first day without it; "" has no end
};
[[nodiscard]] Result<cost::Reservation> reservationOf(const MonthlyEntry& entry);
[[nodiscard]] Result<cost::RunningCost> runningOf(const MonthlyEntry& entry);

} // namespace gatehouse::ui
