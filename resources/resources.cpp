// SPDX-License-Identifier: GPL-3.0-or-later
#include "resources/resources.h"

#include <QtCore/QDir>

// Q_INIT_RESOURCE declares a function, which may not stand inside a namespace.
static void registerAll()
{
    Q_INIT_RESOURCE(gatehouse_icons);
    Q_INIT_RESOURCE(gatehouse_queries);
    Q_INIT_RESOURCE(gatehouse_prices);
    Q_INIT_RESOURCE(gatehouse_samples);
}

namespace gatehouse {

void initResources()
{
    registerAll();
}

} // namespace gatehouse
