// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/changes/changewords.h"

#include "ui/models/format.h"

#include <QtCore/QCoreApplication>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using Ending = jobs::JournalEntry::Result;
using Outcome = jobs::JournalStep::Outcome;
using ChangePhase = ChangeState::Phase;

namespace {

QString changeLabel(const char* text)
{
    return QCoreApplication::translate("Change", text);
}

QString shapeOf(Outcome outcome)
{
    return lookOf(outcome, lightTokens()).text(); // the colour is not used
}

QString stepLines(const jobs::JournalEntry& entry)
{
    QString text;
    for (const jobs::JournalStep& step : entry.steps)
        text += shapeOf(step.outcome) + u": "_s + fromText(step.title) + u'\n';
    return text;
}

StateView::Content entryContent(const jobs::JournalEntry& entry)
{
    StateView::Content content;
    const QString message = entry.message.empty() ? QString() : fromText(entry.message) + u'\n';
    switch (entry.result) {
    case Ending::Applied:
        content.icon = u"check"_s;
        content.title = changeLabel("Applied");
        content.text = changeLabel("It is entry %1 of the journal. Activity shows it and takes it back.")
                           .arg(entry.number);
        break;
    case Ending::Partial:
        content.icon = u"warning"_s;
        content.title = changeLabel("Only a part was written");
        content.text = message + stepLines(entry) +
                       changeLabel("It is entry %1 of the journal. Resume it or roll it back in Activity.")
                           .arg(entry.number);
        break;
    default:
        content.icon = u"warning"_s;
        content.title = entry.result == Ending::Failed ? changeLabel("Nothing was written")
                                                       : changeLabel("It is not known how this ended");
        content.text = message + changeLabel("It is entry %1 of the journal.").arg(entry.number);
        break;
    }
    return content;
}

} // namespace

StateLook lookOf(Ending result, const Tokens& tokens)
{
    switch (result) {
    case Ending::Applied:
        return {u"●"_s, changeLabel("Applied"), tokens.good};
    case Ending::Partial:
        return {u"◐"_s, changeLabel("Partly applied"), tokens.warn};
    case Ending::Failed:
        return {u"○"_s, changeLabel("Failed"), tokens.bad};
    case Ending::Undone:
        return {u"▼"_s, changeLabel("Taken back"), tokens.muted};
    case Ending::Pending:
        break;
    }
    return {u"▲"_s, changeLabel("Unfinished"), tokens.warn};
}

StateLook lookOf(Outcome outcome, const Tokens& tokens)
{
    switch (outcome) {
    case Outcome::Done:
        return {u"●"_s, changeLabel("Done"), tokens.good};
    case Outcome::NotDone:
        return {u"○"_s, changeLabel("Not done"), tokens.muted};
    case Outcome::Unknown:
        break;
    }
    return {u"–"_s, changeLabel("Unknown"), tokens.unknown};
}

QString entryText(const jobs::JournalEntry& entry)
{
    const StateLook look = lookOf(entry.result, lightTokens());
    QString text = changeLabel("Entry %1: %2").arg(entry.number).arg(fromText(entry.title)) + u'\n';
    text += formatMoment(entry.at, true) + u' ' + zoneName() + u'\n';
    text += look.word + u'\n';
    if (!entry.message.empty())
        text += fromText(entry.message) + u'\n';
    text += stepLines(entry);
    for (const jobs::JournalStep& step : entry.steps)
        text += fromText(step.resourceId) + u'\n';
    return text + changeLabel("Hash: %1").arg(fromText(entry.hash)) + u'\n';
}

StateView::Content stateContent(const ChangeState& state)
{
    StateView::Content content;
    switch (state.phase) {
    case ChangePhase::Applied:
        return entryContent(state.entry.value_or(jobs::JournalEntry{}));
    case ChangePhase::Failed: {
        const Error error = state.error.value_or(Error{});
        content = StateView::forError(error, error.kind == Error::Kind::Conflict
                                                 ? changeLabel("Somebody was faster")
                                                 : changeLabel("This did not work"));
        content.error.reset(); // Copy details is among the buttons below
        return content;
    }
    case ChangePhase::Reviewed:
        content.icon = u"check"_s;
        content.title = changeLabel("Nothing to change");
        content.text = changeLabel("The service already is as this draft wants it.");
        return content;
    case ChangePhase::Applying:
        content.title = changeLabel("Writing the change…");
        content.text = changeLabel("Each step is written to the journal first. This goes on to its end.");
        content.progress = -1;
        return content;
    case ChangePhase::Idle:
    case ChangePhase::Reviewing:
        break;
    }
    content.title = changeLabel("Reading the service as it is now…");
    content.progress = -1;
    return content;
}

QString joined(const std::vector<std::string>& texts)
{
    QStringList list;
    for (const std::string& text : texts)
        list.append(fromText(text));
    return list.join(u", "_s);
}

} // namespace gatehouse::ui
