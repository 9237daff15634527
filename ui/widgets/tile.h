// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

#include <optional>
#include <vector>

class QLabel;

namespace gatehouse::ui {

class Sparkline;
class Theme;

/// One figure with its change against the period before and its course.
class Tile : public QFrame
{
    Q_OBJECT
public:
    enum class Mood { Neutral, Better, Worse };
    struct Content
    {
        QString figure;
        QString exact;  ///< in the tool tip
        QString change; ///< "▲ 12.4 % up"
        Mood mood = Mood::Neutral;
        std::vector<double> course; ///< empty: no sparkline
    };

    Tile(const Theme& theme, const QString& objectName, const QString& caption);
    void setContent(const Content& content);
    [[nodiscard]] QString figure() const;

private:
    QLabel* m_figure;
    QLabel* m_change;
    Sparkline* m_spark;
};

/// "▲ 12.4 % up", "▼ 3 % down", "no change", "" when there is nothing to compare with.
/// relative is (now − before) / before.
[[nodiscard]] QString changeText(std::optional<double> relative);
/// The same for a difference of shares, in percentage points.
[[nodiscard]] QString pointsText(std::optional<double> difference);

} // namespace gatehouse::ui
