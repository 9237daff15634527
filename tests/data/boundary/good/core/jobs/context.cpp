#include "core/azure/apimclient.h"
#include <QtCore/QObject>
void wire()
{
    connect(a, &A::changed, this, [this](int x, int y) { show(x, y); });
    connect(a, &A::changed, b);
    reconnect(a, b, [] {});
}
