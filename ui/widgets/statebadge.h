// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/health.h"
#include "ui/theme/tokens.h"

#include <QtCore/QString>

/// How a circuit's state is written: always a shape and a word, never a colour alone.
namespace gatehouse::ui {

struct StateLook
{
    QString shape; ///< ● ◐ ○ ▲ –
    QString word;
    QColor color;
    [[nodiscard]] QString text() const { return shape + QLatin1Char(' ') + word; }
};

[[nodiscard]] StateLook lookOf(gateway::CircuitState state, const Tokens& tokens);
/// "–  unknown" where neither source knows.
[[nodiscard]] StateLook lookOf(const gateway::CircuitView& circuit, const Tokens& tokens);
/// "reported", "inferred", "".
[[nodiscard]] QString sourceWord(gateway::StateSource source);

} // namespace gatehouse::ui
