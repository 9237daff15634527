// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace gatehouse::ui {

/// Whether this is an address that may be opened: https, or http to this computer.
[[nodiscard]] bool mayOpenExternally(const QString& address);

/// Opens an address in the browser; only this file does. false when it may not be or could not be
/// opened.
bool openExternally(const QString& address);

/// Opens a link of an untrusted text that a person was shown (inspectLink) and chose to open; false when it
/// may not be or could not be opened.
bool openChosenLink(const QString& address);

} // namespace gatehouse::ui
