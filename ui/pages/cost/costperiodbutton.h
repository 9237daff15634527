// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"

#include <QtWidgets/QPushButton>

namespace gatehouse::ui {

class Theme;

/// "This month", "Last 30 days": in the order of CostPeriod.
[[nodiscard]] QString periodWord(CostPeriod period);

/// The days that the Cost page is about: presets, or days of one's own.
class CostPeriodButton : public QPushButton
{
    Q_OBJECT
public:
    CostPeriodButton(const Theme& theme, CostPresenter& presenter);
    /// The dialog for days of one's own.
    void chooseDays();

private:
    void showState();

    CostPresenter& m_presenter;
};

} // namespace gatehouse::ui
