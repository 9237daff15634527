// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/services.h"

#include <QtWidgets/QWidget>

#include <vector>

class QVBoxLayout;

namespace gatehouse::ui {

/// What Test connection found, a line a check: shape and word, what was found, what mends it.
class CheckList : public QWidget
{
    Q_OBJECT
public:
    CheckList();
    void setChecks(const std::vector<jobs::Check>& checks);

private:
    [[nodiscard]] QWidget* makeLine(const jobs::Check& check, const QString& objectName) const;

    QVBoxLayout* m_column;
};

} // namespace gatehouse::ui
