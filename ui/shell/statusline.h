// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

#include <optional>

class QLabel;

namespace gatehouse::ui {

class ElidedLabel;
class Workbench;
class PagePresenter;

/// The line at the foot: who is signed in, on what, how old the data is, how many queries run, what the
/// selected cells sum up to, and for a while what was just done.
class StatusLine : public QFrame
{
    Q_OBJECT
public:
    explicit StatusLine(Workbench& workbench);

    /// Whose data's age is shown.
    void follow(PagePresenter* presenter);
    void setSummary(const QString& text);
    /// Shown for some seconds.
    void tell(const QString& text);

private:
    void update();

    Workbench& m_workbench;
    PagePresenter* m_presenter = nullptr;
    ElidedLabel* m_account;
    ElidedLabel* m_keychain;
    ElidedLabel* m_told;
    QLabel* m_summary;
    QLabel* m_age;
    QLabel* m_queries;
    QTimer m_second;
    QTimer m_forget;
};

} // namespace gatehouse::ui
