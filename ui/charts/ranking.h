// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>
#include <QtWidgets/QAbstractScrollArea>

#include <optional>
#include <vector>

namespace gatehouse::ui {

class Theme;

/// A ranking as horizontal bars, which is also the chart's legend: colour, name, figure, share. Sortable by
/// name and by figure from its heading; a click on a row asks to filter by it. Paints itself.
class Ranking : public QAbstractScrollArea
{
    Q_OBJECT
public:
    struct Row
    {
        QString key;
        QString name;
        QColor color;
        double value = 0;
        QString text;  ///< the figure as it is shown
        QString exact; ///< in the tool tip
        QString note;  ///< "34 % estimated"; "" where everything was measured
        bool hatched = false;
        bool selected = false;
        bool other = false; ///< the sum of the small ones: stays last, cannot be chosen
    };
    enum class Order { ByValue, ByName };

    Ranking(const Theme& theme, const QString& valueTitle, QWidget* parent = nullptr);

    void setRows(std::vector<Row> rows);
    void setValueTitle(const QString& title);
    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }
    [[nodiscard]] Order order() const { return m_order; }
    void setOrder(Order order, bool descending);

Q_SIGNALS:
    void activated(const QString& key);
    /// The row under the pointer, "" none.
    void hovered(const QString& key, bool any);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void sortRows();
    void updateScrollBar();
    void paintRow(QPainter& painter, const Row& row, const QRect& area, bool underPointer,
                  double largest) const;
    void paintHeading(QPainter& painter) const;
    [[nodiscard]] std::optional<std::size_t> rowAt(int y) const;

    const Theme& m_theme;
    QString m_valueTitle;
    std::vector<Row> m_rows;
    Order m_order = Order::ByValue;
    bool m_descending = true;
    std::optional<std::size_t> m_hovered;
    std::optional<std::size_t> m_current; ///< for the keyboard
};

} // namespace gatehouse::ui
