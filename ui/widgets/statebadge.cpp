// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/statebadge.h"

#include <QtCore/QCoreApplication>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString badgeWord(const char* text)
{
    return QCoreApplication::translate("State", text);
}

} // namespace

StateLook lookOf(gateway::CircuitState state, const Tokens& tokens)
{
    switch (state) {
    case gateway::CircuitState::Closed:
        return {u"●"_s, badgeWord("Closed"), tokens.good};
    case gateway::CircuitState::HalfOpen:
        return {u"◐"_s, badgeWord("Half-open"), tokens.warn};
    case gateway::CircuitState::Open:
        return {u"○"_s, badgeWord("Open"), tokens.bad};
    }
    return {u"–"_s, badgeWord("Unknown"), tokens.unknown};
}

StateLook lookOf(const gateway::CircuitView& circuit, const Tokens& tokens)
{
    if (circuit.source == gateway::StateSource::Unknown)
        return {u"–"_s, badgeWord("Unknown"), tokens.unknown};
    return lookOf(circuit.state, tokens);
}

QString sourceWord(gateway::StateSource source)
{
    switch (source) {
    case gateway::StateSource::Reported:
        return badgeWord("reported");
    case gateway::StateSource::Inferred:
        return badgeWord("inferred");
    case gateway::StateSource::Unknown:
        break;
    }
    return {};
}

} // namespace gatehouse::ui
