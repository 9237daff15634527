// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>
#include <QtGui/QIcon>
#include <QtGui/QPixmap>

class QString;

namespace gatehouse::ui {

/// Our own drawings (resources/icons), tinted: name is the file's name without ".svg".
[[nodiscard]] QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio);
/// In sizes 16 to 32 for screens of ratio 1 and 2; disabled is the colour of the disabled mode.
[[nodiscard]] QIcon tintedIcon(const QString& name, const QColor& normal, const QColor& disabled);
/// The program's own icon.
[[nodiscard]] QIcon applicationIcon();

} // namespace gatehouse::ui
