// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/recordmodel.h"

#include <string>

/// The cells that most tables are made of.
namespace gatehouse::ui {

/// A text that its tool tip says again, since a narrow column cuts it off.
[[nodiscard]] Cell textCell(const QString& text);
[[nodiscard]] Cell textCell(const std::string& text);
[[nodiscard]] Cell textCell(const QString& text, const QString& exact);
/// All digits: "12 345".
[[nodiscard]] Cell countCell(qint64 count);
/// Three digits, "12.3 k"; the tool tip has all.
[[nodiscard]] Cell amountCell(qint64 count);
/// Sorted last, and no 0.
[[nodiscard]] Cell unknownCell(const QString& why = {});

} // namespace gatehouse::ui
