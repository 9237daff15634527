// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QImage>
#include <QtWidgets/QWidget>

namespace gatehouse::ui {

class Theme;

/// A sheet of paper as wide as there is room. Paper is white in both themes. Tells at which resolution it is
/// to be drawn, and shows the last picture in its place until then.
class ReportSheet : public QWidget
{
    Q_OBJECT
public:
    explicit ReportSheet(const Theme& theme);

    /// Null: nothing is shown.
    void setImage(const QImage& image);
    [[nodiscard]] const QImage& image() const { return m_image; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// Dots of the screen an inch of paper.
    void resolutionWanted(double dotsPerInch);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    const Theme& m_theme;
    QImage m_image;
};

} // namespace gatehouse::ui
