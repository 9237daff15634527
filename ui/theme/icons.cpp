// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"

#include <QtCore/QFile>
#include <QtGui/QPainter>
#include <QtSvg/QSvgRenderer>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QByteArray drawing(const QString& name)
{
    QFile file(u":/gatehouse/icons/"_s + name + u".svg"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QPixmap render(const QByteArray& svg, int size, qreal devicePixelRatio)
{
    QPixmap pixmap(QSize(size, size) * devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(svg);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

} // namespace

QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio)
{
    QByteArray svg = drawing(name);
    svg.replace("#000", color.name(QColor::HexRgb).toLatin1());
    return render(svg, size, devicePixelRatio);
}

QIcon tintedIcon(const QString& name, const QColor& normal, const QColor& disabled)
{
    QIcon icon;
    for (const int size : {16, 20}) {
        for (const qreal ratio : {1.0, 2.0}) {
            icon.addPixmap(iconPixmap(name, normal, size, ratio), QIcon::Normal);
            icon.addPixmap(iconPixmap(name, disabled, size, ratio), QIcon::Disabled);
        }
    }
    return icon;
}

QIcon applicationIcon()
{
    QIcon icon;
    for (const int size : {16, 32, 48, 128})
        icon.addPixmap(render(drawing(u"app"_s), size, 1.0));
    return icon;
}

} // namespace gatehouse::ui
