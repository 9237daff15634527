// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/changes/changewords.h"

#include "ui/models/format.h"

#include <QtCore/QCoreApplication>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using Ending = jobs::JournalEntry::Result;
using Outcome = jobs::JournalStep::Outcome;
using Phase = ChangeState::Phase;

namespace {

QString translated(const char* text)
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
        content.title = translated("Applied");
        content.text = translated("It is entry %1 of the journal. Activity shows it and takes it back.")
                           .arg(entry.number);
        break;
    case Ending::Partial:
        content.icon = u"warning"_s;
        content.title = translated("Only a part was written");
        content.text = message + stepLines(entry) +
                       translated("It is entry %1 of the journal. Resume it or roll it back in Activity.")
                           .arg(entry.number);
        break;
    default:
        content.icon = u"warning"_s;
        content.title = entry.result == Ending::Failed ? translated("Nothing was written")
                                                       : translated("It is not known how this ended");
        content.text = message + translated("It is entry %1 of the journal.").arg(entry.number);
        break;
    }
    return content;
}

} // namespace

StateLook lookOf(Ending result, const Tokens& tokens)
{
    switch (result) {
    case Ending::Applied:
        return {u"●"_s, translated("Applied"), tokens.good};
    case Ending::Partial:
        return {u"◐"_s, translated("Partly applied"), tokens.warn};
    case Ending::Failed:
        return {u"○"_s, translated("Failed"), tokens.bad};
    case Ending::Undone:
        return {u"▼"_s, translated("Taken back"), tokens.muted};
    case Ending::Pending:
        break;
    }
    return {u"▲"_s, translated("Unfinished"), tokens.warn};
}

StateLook lookOf(Outcome outcome, const Tokens& tokens)
{
    switch (outcome) {
    case Outcome::Done:
        return {u"●"_s, translated("Done"), tokens.good};
    case Outcome::NotDone:
        return {u"○"_s, translated("Not done"), tokens.muted};
    case Outcome::Unknown:
        break;
    }
    return {u"–"_s, translated("Unknown"), tokens.unknown};
}

QString entryText(const jobs::JournalEntry& entry)
{
    const StateLook look = lookOf(entry.result, lightTokens());
    QString text = translated("Entry %1: %2").arg(entry.number).arg(fromText(entry.title)) + u'\n';
    text += formatMoment(entry.at, true) + u' ' + zoneName() + u'\n';
    text += look.word + u'\n';
    if (!entry.message.empty())
        text += fromText(entry.message) + u'\n';
    text += stepLines(entry);
    for (const jobs::JournalStep& step : entry.steps)
        text += fromText(step.resourceId) + u'\n';
    return text + translated("Hash: %1").arg(fromText(entry.hash)) + u'\n';
}

StateView::Content stateContent(const ChangeState& state)
{
    StateView::Content content;
    switch (state.phase) {
    case Phase::Applied:
        return entryContent(state.entry.value_or(jobs::JournalEntry{}));
    case Phase::Failed: {
        const Error error = state.error.value_or(Error{});
        content =
            StateView::forError(error, error.kind == Error::Kind::Conflict ? translated("Somebody was faster")
                                                                           : translated("This did not work"));
        content.error.reset(); // Copy details is among the buttons below
        return content;
    }
    case Phase::Reviewed:
        content.icon = u"check"_s;
        content.title = translated("Nothing to change");
        content.text = translated("The service already is as this draft wants it.");
        return content;
    case Phase::Applying:
        content.title = translated("Writing the change…");
        content.text = translated("Each step is written to the journal first. This goes on to its end.");
        content.progress = -1;
        return content;
    case Phase::Idle:
    case Phase::Reviewing:
        break;
    }
    content.title = translated("Reading the service as it is now…");
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
