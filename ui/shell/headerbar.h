// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLabel;
class QToolButton;
class QPushButton;

namespace gatehouse::ui {

class ChipBar;
class EditLock;
class LockButton;
class RangePicker;
class Theme;
class ViewContext;

/// The page's title, the filters in force, the common time range, whether this window may write, refresh and
/// the command palette.
class HeaderBar : public QFrame
{
    Q_OBJECT
public:
    HeaderBar(const Theme& theme, ViewContext& context, EditLock& lock);

    void setTitle(const QString& title);
    [[nodiscard]] RangePicker& rangePicker() { return *m_range; }
    [[nodiscard]] LockButton& lockButton() { return *m_lock; }
    /// Refresh becomes Cancel while something is in flight.
    void setRefreshing(bool refreshing);

Q_SIGNALS:
    void refreshRequested();
    void cancelRequested();
    void paletteRequested();

private:
    void restyle();

    const Theme& m_theme;
    bool m_refreshing = false;
    QLabel* m_title;
    ChipBar* m_chips;
    RangePicker* m_range;
    LockButton* m_lock;
    QToolButton* m_refresh;
    QPushButton* m_palette;
};

} // namespace gatehouse::ui
