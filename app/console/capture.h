// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

namespace gatehouse::ui {
class MainWindow;
class Theme;
class Workbench;
} // namespace gatehouse::ui

namespace gatehouse::console {

/// Draws each page in both themes once it has loaded, as DIR/<page>-<theme>.png, and
/// what is beside its first view as DIR/<page>-<view>-<theme>.png. Fails when a page shows an
/// error or does not finish in time, and when a character has no glyph.
class Capture : public QObject
{
    Q_OBJECT
public:
    Capture(ui::Theme& theme, ui::Workbench& workbench, ui::MainWindow& window, QString directory);

    /// The workbench is started by the caller.
    void start();

Q_SIGNALS:
    /// status 0: all pages are drawn; else message says in a sentence why not.
    void finished(int status, const QString& message);

private:
    void look();
    void draw();
    void next();
    void end(int status, const QString& message);

    ui::Theme& m_theme;
    ui::Workbench& m_workbench;
    ui::MainWindow& m_window;
    QString m_directory;
    std::size_t m_page = 0;
    QStringList m_views; // of the page, still to draw
    QString m_view;      // being drawn; "" what the page opens with
    bool m_drawing = false;
    bool m_ended = false;
    QTimer m_deadline;
};

/// All text that a widget and its children show: labels, buttons, tables, rankings.
[[nodiscard]] QString shownText(const QWidget& widget);

} // namespace gatehouse::console
