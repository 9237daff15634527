// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QModelIndexList>
#include <QtCore/QString>

class QAbstractItemModel;

/// Tables as text for the clipboard and for files: raw values under the columns' export names, every row that
/// the model shows, in its order.
namespace gatehouse::ui {

enum class TextFormat { Csv, Json, Markdown };

/// indexes empty: the whole model. Of single cells the smallest block of rows and columns that holds them is
/// taken.
[[nodiscard]] QString exportText(const QAbstractItemModel& model, TextFormat format,
                                 const QModelIndexList& indexes = {});

/// A text that no spreadsheet takes for a formula: a leading = + - @, tab or line end (also in full width)
/// gets a ' in front.
[[nodiscard]] QString withoutFormula(const QString& text);

/// "Sum 1 234 · average 617 · 2 cells" of the numeric cells; "" for fewer than two, and for
/// several columns, whose sum would mean nothing.
[[nodiscard]] QString selectionSummary(const QModelIndexList& indexes);

} // namespace gatehouse::ui
