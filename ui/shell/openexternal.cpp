// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/openexternal.h"

#include "ui/widgets/linktarget.h"

#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>

namespace gatehouse::ui {

bool mayOpenExternally(const QString& address)
{
    const QUrl url(address, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty())
        return false;
    const bool local =
        url.host() == QLatin1StringView("127.0.0.1") || url.host() == QLatin1StringView("localhost");
    return url.scheme() == QLatin1StringView("https") || (url.scheme() == QLatin1StringView("http") && local);
}

bool openExternally(const QString& address)
{
    return mayOpenExternally(address) && QDesktopServices::openUrl(QUrl(address, QUrl::StrictMode));
}

bool openChosenLink(const QString& address)
{
    const LinkTarget target = inspectLink(address);
    return target.mayOpen && QDesktopServices::openUrl(QUrl(target.address, QUrl::StrictMode));
}

} // namespace gatehouse::ui
