// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/recordmodel.h"
#include "ui/pages/cost/pricedesk.h"
#include "ui/theme/tokens.h"

/// The tables of the Prices view as records. No widgets.
namespace gatehouse::ui {

[[nodiscard]] std::vector<ColumnSpec> unpricedColumns();
[[nodiscard]] std::vector<Record> unpricedRecords(const jobs::CostView& view);

[[nodiscard]] std::vector<ColumnSpec> priceColumns();
[[nodiscard]] std::vector<Record> priceRecords(const cost::PriceBook& book, cost::Day today,
                                               const Tokens& tokens);
/// The key of a price's record.
[[nodiscard]] QString keyOf(const cost::Price& price);

/// Discounts, reservations, infrastructure and rates. A key is the kind and its place in the book.
[[nodiscard]] std::vector<ColumnSpec> termColumns();
[[nodiscard]] std::vector<Record> termRecords(const cost::PriceBook& book, cost::Day today,
                                              const Tokens& tokens);
/// The book without the term of that key; NotFound for a key that is none of it, or a rate, which prices
/// stand on.
[[nodiscard]] Result<cost::PriceBook> withoutTerm(const cost::PriceBook& book, const QString& key);

[[nodiscard]] std::vector<ColumnSpec> versionColumns();
[[nodiscard]] std::vector<Record> versionRecords(const jobs::CostPrices& prices, const Tokens& tokens);

[[nodiscard]] std::vector<ColumnSpec> changeColumns();
[[nodiscard]] std::vector<Record> changeRecords(const std::vector<PriceLine>& lines);
[[nodiscard]] std::vector<ColumnSpec> notTakenColumns();
[[nodiscard]] std::vector<Record> notTakenRecords(const std::vector<cost::NotTaken>& notTaken);

} // namespace gatehouse::ui
