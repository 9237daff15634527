// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <functional>

namespace gatehouse::ui {

/// One thing that can be done by name, in the palette.
struct Command
{
    QString group; ///< "Page", "Time range", …
    QString text;
    QString keys; ///< "F5"; "" for none
    std::function<void()> run;
};

} // namespace gatehouse::ui
