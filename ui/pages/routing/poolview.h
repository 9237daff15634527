// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/poolpicture.h"

#include <QtWidgets/QWidget>

#include <vector>

namespace gatehouse::ui {

class Theme;

/// Pools and their members from the highest priority down: region, circuit, weight, and the share that is
/// expected beside the one that was seen. One member is selected, by mouse or by the arrow keys; who owns it
/// offers what can be done with that one. Paints and decides nothing.
class PoolView : public QWidget
{
    Q_OBJECT
public:
    explicit PoolView(const Theme& theme, QWidget* parent = nullptr);

    /// The selection stays where its member is still there.
    void setPools(std::vector<PoolPicture> pools);
    /// Null when nothing is there.
    [[nodiscard]] const MemberPicture* selected() const;
    /// The pool of the selected member; null without, or where it is in none.
    [[nodiscard]] const PoolPicture* selectedPool() const;
    void select(const std::string& pool, const std::string& backend);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void selectionChanged();
    /// Return, or a double click.
    void activated();
    void menuRequested(QPoint globalPosition);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// A line of the picture: a pool's heading, or a member.
    struct Line
    {
        std::size_t pool = 0;
        int member = -1; ///< -1: the heading
        QRect area;
    };

    void lay();
    [[nodiscard]] const Line* lineAt(QPoint position) const;
    [[nodiscard]] QString describe(const PoolPicture& pool, const MemberPicture& member) const;
    void selectLine(const Line& line);
    void tellSelection();
    void paintLegend(QPainter& painter) const;
    void paintHeading(QPainter& painter, const PoolPicture& pool, const QRect& area) const;
    void paintMember(QPainter& painter, const Line& line) const;
    void paintShares(QPainter& painter, const MemberPicture& member, const QRect& area) const;

    const Theme& m_theme;
    std::vector<PoolPicture> m_pools;
    std::vector<Line> m_lines;
    std::string m_pool;
    std::string m_backend;
};

} // namespace gatehouse::ui
