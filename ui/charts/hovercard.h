// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>
#include <QtWidgets/QWidget>

#include <vector>

namespace gatehouse::ui {

class Theme;

/// The list beside the pointer: what every series says at one moment, largest first.
class HoverCard : public QWidget
{
    Q_OBJECT
public:
    struct Line
    {
        QColor color;
        QString name;
        QString value;
    };

    explicit HoverCard(const Theme& theme, QWidget* parent);

    void setContent(const QString& title, std::vector<Line> lines, const QString& total);
    [[nodiscard]] const std::vector<Line>& lines() const { return m_lines; }
    [[nodiscard]] const QString& title() const { return m_title; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    QString m_title;
    QString m_total;
    std::vector<Line> m_lines;
};

} // namespace gatehouse::ui
