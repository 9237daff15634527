// SPDX-License-Identifier: GPL-3.0-or-later
#include "resources/resources.h"

#include <QtCore/QDir>

// Q_INIT_RESOURCE declares a function, which may not stand inside a namespace.
static void registerIcons()
{
    Q_INIT_RESOURCE(gatehouse_icons);
}

namespace gatehouse {

void initResources()
{
    registerIcons();
}

} // namespace gatehouse
