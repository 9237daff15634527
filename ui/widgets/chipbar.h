// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QHBoxLayout;

namespace gatehouse::ui {

class Theme;
class ViewContext;

/// The filters in force as chips; a click takes one away.
class ChipBar : public QWidget
{
    Q_OBJECT
public:
    ChipBar(const Theme& theme, ViewContext& context);

private:
    void rebuild();

    const Theme& m_theme;
    ViewContext& m_context;
    QHBoxLayout* m_layout;
};

} // namespace gatehouse::ui
