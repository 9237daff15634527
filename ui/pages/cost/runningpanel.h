// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"

#include <QtWidgets/QFrame>

class QLabel;

namespace gatehouse::ui {

class RecordModel;
class TableView;
class Theme;

/// What the infrastructure costs in the period, beside the models' spend and never in its sum.
class RunningPanel : public QFrame
{
    Q_OBJECT
public:
    explicit RunningPanel(const Theme& theme);
    void setView(const jobs::CostView& view);

Q_SIGNALS:
    /// The person wants to change the lines.
    void editRequested();

private:
    RecordModel* m_model;
    TableView* m_table;
    QLabel* m_sum;
};

} // namespace gatehouse::ui
