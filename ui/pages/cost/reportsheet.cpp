// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/reportsheet.h"

#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QPainter>
#include <QtGui/QResizeEvent>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr double InchesWide = 210 / 25.4; // A4
constexpr double InchesHigh = 297 / 25.4;
constexpr int WidestSheet = 900;
constexpr int Border = 1;

} // namespace

ReportSheet::ReportSheet(const Theme& theme)
    : m_theme(theme)
{
    nameWidget(this, u"reportSheet"_s, tr("Preview of the report"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setMinimumWidth(240);
    setMaximumWidth(WidestSheet);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ReportSheet::setImage(const QImage& image)
{
    m_image = image;
    updateGeometry();
    update();
}

int ReportSheet::heightForWidth(int width) const
{
    const double ratio =
        m_image.isNull() ? InchesHigh / InchesWide : static_cast<double>(m_image.height()) / m_image.width();
    return static_cast<int>((width - 2 * Border) * ratio) + 2 * Border;
}

QSize ReportSheet::sizeHint() const
{
    return {WidestSheet, heightForWidth(WidestSheet)};
}

void ReportSheet::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    Q_EMIT resolutionWanted((event->size().width() - 2 * Border) * devicePixelRatioF() / InchesWide);
}

void ReportSheet::paintEvent(QPaintEvent* /*event*/)
{
    if (m_image.isNull())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QRect place(0, 0, width(), std::min(height(), heightForWidth(width())));
    painter.fillRect(place, m_theme.tokens().line);
    painter.drawImage(place.adjusted(Border, Border, -Border, -Border), m_image);
}

} // namespace gatehouse::ui
