// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace gatehouse::ui {

/// Where a link of an untrusted text really leads.
struct LinkTarget
{
    bool mayOpen = false; ///< http, https or mailto, and well-formed
    QString address;      ///< in ASCII, as it would be opened; names of hosts in their xn-- form
    QString host;         ///< or the recipient of a mailto; "" where there is none
    QStringList warnings; ///< what makes it look like another address, in sentences
};

[[nodiscard]] LinkTarget inspectLink(const QString& address);

} // namespace gatehouse::ui
