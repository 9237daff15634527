// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"

#include <QtWidgets/QWidget>

class QHBoxLayout;

namespace gatehouse::ui {

class Theme;

/// The filters of the Cost page as chips; a click takes one away. Hidden without filters.
class CostChips : public QWidget
{
    Q_OBJECT
public:
    CostChips(const Theme& theme, CostPresenter& presenter);

private:
    void rebuild();

    const Theme& m_theme;
    CostPresenter& m_presenter;
    std::vector<cost::CostFilter> m_shown;
    QHBoxLayout* m_layout;
};

} // namespace gatehouse::ui
