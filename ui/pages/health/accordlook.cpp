// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/health/accordlook.h"

#include <QtCore/QCoreApplication>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString accordWord(const char* text)
{
    return QCoreApplication::translate("Accord", text);
}

} // namespace

StateLook lookOf(gateway::Accord verdict, const Tokens& tokens)
{
    switch (verdict) {
    case gateway::Accord::Holds:
        return {u"●"_s, accordWord("Holds"), tokens.good};
    case gateway::Accord::Differs:
        return {u"▲"_s, accordWord("Differs"), tokens.warn};
    case gateway::Accord::Unknown:
        break;
    }
    return {u"–"_s, accordWord("Not known"), tokens.unknown};
}

StateLook lookOf(gateway::Certification::State state, const Tokens& tokens)
{
    using State = gateway::Certification::State;
    switch (state) {
    case State::Certified:
        return {u"●"_s, accordWord("Certified"), tokens.good};
    case State::NotCertified:
        return {u"○"_s, accordWord("Not certified"), tokens.bad};
    case State::Expired:
        return {u"▲"_s, accordWord("Expired"), tokens.warn};
    case State::Void:
        return {u"▲"_s, accordWord("Void"), tokens.warn};
    case State::NotKnown:
        break;
    }
    return {u"–"_s, accordWord("Not known"), tokens.unknown};
}

} // namespace gatehouse::ui
