// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QDialog>

#include <utility>
#include <vector>

namespace gatehouse::ui {

/// What the keys do, as a list. "?" shows it.
class KeysDialog : public QDialog
{
    Q_OBJECT
public:
    KeysDialog(const std::vector<std::pair<QString, QString>>& keys, QWidget* parent);
};

} // namespace gatehouse::ui
