// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

class QTableView;

namespace gatehouse::ui {

class Theme;

/// What all tables of the window have in common: cells and header of the theme, rows of one height, extended
/// selection, columns that move, and the model's own order until somebody sorts. The view owns what is made.
/// hoveredRow: the row under the pointer, -1 none.
void styleTable(QTableView& view, const Theme& theme, std::function<int()> hoveredRow);

} // namespace gatehouse::ui
