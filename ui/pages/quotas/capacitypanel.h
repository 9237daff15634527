// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/quotaboard.h"

#include <QtWidgets/QFrame>

namespace gatehouse::ui {

class ElidedLabel;
class RecordModel;
class TableView;
class Theme;

/// What the deployments can give and what each region has left to give: limits are cut from this.
class CapacityPanel : public QFrame
{
    Q_OBJECT
public:
    explicit CapacityPanel(const Theme& theme);
    void show(const jobs::QuotaCapacity& capacity);
    [[nodiscard]] TableView& table() { return *m_table; }

private:
    const Theme& m_theme;
    ElidedLabel* m_caption;
    RecordModel* m_model;
    TableView* m_table;
};

} // namespace gatehouse::ui
