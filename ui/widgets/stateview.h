// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QtWidgets/QWidget>

#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;

namespace gatehouse::ui {

class Theme;

/// What stands in a page's place when there are no figures to show: first run, starting, loading, empty,
/// denied, error. Says what happened, what to do, and offers it.
class StateView : public QWidget
{
    Q_OBJECT
public:
    StateView(const Theme& theme, const QString& objectName, QWidget* parent = nullptr);

    struct Content
    {
        QString icon; ///< a name of resources/icons
        QString title;
        QString text;
        QString action;                 ///< the button's verb; "" for no button
        QString secondAction;           ///< likewise
        std::optional<double> progress; ///< 0..1; below 0 is "unknown how far"
        std::optional<Error> error;     ///< offers Copy details
    };
    void setContent(const Content& content);
    [[nodiscard]] const Content& content() const { return m_content; }

    /// The usual content for an error: its sentence, its advice.
    [[nodiscard]] static Content forError(const Error& error, const QString& title);

Q_SIGNALS:
    void actionRequested();
    void secondActionRequested();

private:
    void updateIcon();

    const Theme& m_theme;
    Content m_content;
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_text;
    QProgressBar* m_progress;
    QPushButton* m_action;
    QPushButton* m_second;
    QPushButton* m_copy;
};

} // namespace gatehouse::ui
