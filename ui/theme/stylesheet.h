// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace gatehouse::ui {

struct Tokens;

/// The application's style sheet, made from the tokens. Widgets say what they are with dynamic properties:
/// QFrame panel=true (a surface with a hairline), QLabel role=title|caption|strong|…, QAbstractButton
/// kind=primary|quiet|danger|nav|chip|segment.
[[nodiscard]] QString styleSheet(const Tokens& tokens);

} // namespace gatehouse::ui
