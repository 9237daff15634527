// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/parity/parity.h"
#include "ui/widgets/statebadge.h"

/// How verdicts are written: a shape and a word, never a colour alone.
namespace gatehouse::ui {

[[nodiscard]] StateLook lookOf(gateway::Accord verdict, const Tokens& tokens);
[[nodiscard]] StateLook lookOf(gateway::Certification::State state, const Tokens& tokens);

} // namespace gatehouse::ui
