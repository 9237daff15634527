// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"
#include "ui/widgets/tile.h"

#include <QtWidgets/QWidget>

namespace gatehouse::ui {

class CompletenessBadge;
class Theme;

/// The head of the Spend view: the total with its badge, the forecast, why the total changed, and what of it
/// nobody knows.
class SpendTiles : public QWidget
{
    Q_OBJECT
public:
    explicit SpendTiles(const Theme& theme);
    void setView(const jobs::CostView& view);
    [[nodiscard]] CompletenessBadge& badge() const { return *m_badge; }

private:
    Tile* m_total;
    CompletenessBadge* m_badge;
    Tile* m_forecast;
    Tile* m_cause;
    Tile* m_unknown;
};

} // namespace gatehouse::ui
