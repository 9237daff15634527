// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tile.h"

#include "ui/charts/sparkline.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QGridLayout>

#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

Tile::Tile(const Theme& theme, const QString& objectName, const QString& caption)
    : m_figure(makeLabel(objectName + u"Figure"_s, "figure"))
    , m_change(makeLabel(objectName + u"Change"_s, "caption"))
    , m_spark(new Sparkline(theme))
{
    setProperty("panel", true);
    nameWidget(this, objectName, caption);
    nameWidget(m_spark, objectName + u"Course"_s, Tile::tr("Course of %1").arg(caption));
    auto* const layout = new QGridLayout(this);
    layout->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    layout->setHorizontalSpacing(metric::Space3);
    layout->setVerticalSpacing(2);
    layout->addWidget(makeLabel(objectName + u"Caption"_s, "caption", caption), 0, 0, 1, 2);
    layout->addWidget(m_figure, 1, 0);
    layout->addWidget(m_change, 2, 0, 1, 2);
    layout->addWidget(m_spark, 1, 1);
    layout->setColumnStretch(1, 1);
    setFixedHeight(100);
    setMinimumWidth(150);
    setMaximumWidth(480);
}

void Tile::setContent(const Content& content)
{
    m_figure->setText(content.figure);
    setPlainToolTip(m_figure, content.exact);
    m_change->setText(content.change);
    setRole(m_change, "caption");
    const char* const mood = content.mood == Mood::Better ? "good" : content.mood == Mood::Worse ? "bad" : "";
    m_change->setProperty("mood", QString::fromLatin1(mood));
    m_change->style()->unpolish(m_change);
    m_change->style()->polish(m_change);
    m_spark->setValues(content.course);
    setAccessibleDescription(content.figure + u", "_s + content.change);
}

QString Tile::figure() const
{
    return m_figure->text();
}

namespace {

QString directed(double value, const QString& size)
{
    return value > 0 ? Tile::tr("▲ %1 up").arg(size) : Tile::tr("▼ %1 down").arg(size);
}

} // namespace

QString changeText(std::optional<double> relative)
{
    if (!relative || !std::isfinite(*relative))
        return Tile::tr("nothing before to compare");
    if (std::fabs(*relative) < 0.0005)
        return Tile::tr("no change");
    // Beyond tenfold a percentage says less than a factor.
    return *relative > 9 ? Tile::tr("▲ %1 times as much").arg(formatAmount(*relative + 1))
                         : directed(*relative, formatShare(std::fabs(*relative)));
}

QString pointsText(std::optional<double> difference)
{
    if (!difference || !std::isfinite(*difference))
        return Tile::tr("nothing before to compare");
    if (std::fabs(*difference) < 0.00005)
        return Tile::tr("no change");
    QString size = formatShare(std::fabs(*difference));
    size.chop(1); // the % sign
    return directed(*difference, size + Tile::tr("points"));
}

} // namespace gatehouse::ui
