// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/entrydetail.h"

#include "ui/models/changetext.h"
#include "ui/models/format.h"
#include "ui/pages/changes/changewords.h"
#include "ui/pages/changes/diffview.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int FactsWidth = 290;
constexpr int StepsWidth = 190;
constexpr qsizetype ShortHash = 12;

ElidedLabel* makeElided(const QString& name, const char* role)
{
    auto* const label = new ElidedLabel;
    label->setObjectName(name);
    if (*role != '\0')
        label->setProperty("role", QString::fromLatin1(role));
    return label;
}

QString figureText(const std::optional<jobs::HourFigures>& figures, std::size_t index)
{
    if (!figures)
        return unknownText();
    const std::array<std::optional<std::int64_t>, 4> values{figures->requests, figures->errors,
                                                            figures->throttled, figures->tokens};
    if (!values[index])
        return unknownText();
    const QString shown = formatAmount(static_cast<double>(*values[index]));
    return index == 3 && figures->tokensAtLeast ? u"≥ "_s + shown : shown;
}

} // namespace

EntryDetail::EntryDetail(const Theme& theme)
    : m_theme(theme)
    , m_title(makeElided(u"entryTitle"_s, "strong"))
    , m_result(makeLabel(u"entryResult"_s, ""))
    , m_who(makeElided(u"entryWho"_s, "caption"))
    , m_more(makeElided(u"entryMore"_s, "caption"))
    , m_message(makeElided(u"entryMessage"_s, "caption"))
    , m_hash(makeLabel(u"entryHash"_s, "caption"))
    , m_copyHash(new QPushButton(tr("Copy")))
    , m_undo(new QPushButton(tr("Undo…")))
    , m_effectNote(makeLabel(u"entryEffectNote"_s, "caption"))
    , m_steps(new QListWidget)
    , m_stepCaption(makeLabel(u"entryStepCaption"_s, "caption"))
    , m_diff(new DiffView(theme, u"entryDiff"_s, tr("Before and after")))
{
    setProperty("panel", true);
    nameWidget(this, u"entryDetail"_s, tr("The chosen change"));
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(metric::Space4, metric::Space3, metric::Space2, metric::Space2);
    row->setSpacing(metric::Space4);
    row->addWidget(buildFacts());
    row->addWidget(buildSteps(), 1);
    connect(m_undo, &QPushButton::clicked, this, &EntryDetail::undoRequested);
    connect(m_copyHash, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(fromText(m_entry.hash));
        Q_EMIT told(tr("Copied the hash of entry %1").arg(m_entry.number));
    });
    connect(m_steps, &QListWidget::currentRowChanged, this, &EntryDetail::showStep);
}

QWidget* EntryDetail::buildFacts()
{
    nameWidget(m_copyHash, u"entryCopyHash"_s, tr("Copy the hash"));
    nameWidget(m_undo, u"entryUndo"_s, tr("Undo this change"));
    m_copyHash->setProperty("kind", u"link"_s);
    auto* const facts = new QWidget;
    nameWidget(facts, u"entryFacts"_s, tr("Who, when and how it ended"));
    facts->setFixedWidth(FactsWidth);
    auto* const hash = new QHBoxLayout;
    hash->setSpacing(metric::Space2);
    hash->addWidget(m_hash);
    hash->addWidget(m_copyHash);
    hash->addStretch(1);
    auto* const column = new QVBoxLayout(facts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space1);
    for (QWidget* const label :
         {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_result), static_cast<QWidget*>(m_who),
          static_cast<QWidget*>(m_more), static_cast<QWidget*>(m_message)})
        column->addWidget(label);
    column->addLayout(hash);
    column->addWidget(buildEffect());
    column->addStretch(1);
    column->addWidget(m_undo, 0, Qt::AlignLeft);
    return facts;
}

QWidget* EntryDetail::buildEffect()
{
    const std::array<QString, Figures> names{tr("Requests"), tr("Errors"), tr("429"), tr("Tokens")};
    const std::array<QString, Figures> ids{u"Requests"_s, u"Errors"_s, u"Throttled"_s, u"Tokens"_s};
    auto* const effect = new QWidget;
    nameWidget(effect, u"entryEffect"_s, tr("The traffic before and after"));
    auto* const grid = new QGridLayout(effect);
    grid->setContentsMargins(0, metric::Space1, 0, 0);
    grid->setHorizontalSpacing(metric::Space4);
    grid->setVerticalSpacing(2);
    grid->addWidget(makeLabel(u"entryEffectCaption"_s, "captionStrong", tr("All calls")), 0, 0);
    grid->addWidget(makeLabel(u"entryBefore"_s, "caption", tr("Hour before")), 0, 1, Qt::AlignRight);
    grid->addWidget(makeLabel(u"entryAfter"_s, "caption", tr("Hour after")), 0, 2, Qt::AlignRight);
    for (std::size_t i = 0; i < Figures; ++i) {
        const int row = static_cast<int>(i) + 1;
        m_before[i] = makeLabel(u"entryBefore"_s + ids[i], "");
        m_after[i] = makeLabel(u"entryAfter"_s + ids[i], "");
        grid->addWidget(makeLabel(u"entryName"_s + ids[i], "muted", names[i]), row, 0);
        grid->addWidget(m_before[i], row, 1, Qt::AlignRight);
        grid->addWidget(m_after[i], row, 2, Qt::AlignRight);
    }
    grid->setColumnStretch(0, 1);
    m_effectNote->setWordWrap(true);
    grid->addWidget(m_effectNote, static_cast<int>(Figures) + 1, 0, 1, 3);
    return effect;
}

QWidget* EntryDetail::buildSteps()
{
    nameWidget(m_steps, u"entrySteps"_s, tr("Steps"));
    m_steps->setFixedWidth(StepsWidth);
    m_steps->setWordWrap(true);
    m_steps->setProperty("kind", u"steps"_s);
    auto* const steps = new QWidget;
    nameWidget(steps, u"entryStepArea"_s, tr("Steps with what was there before and after"));
    auto* const right = new QVBoxLayout;
    right->setSpacing(metric::Space1);
    right->addWidget(m_stepCaption);
    right->addWidget(m_diff, 1);
    auto* const row = new QHBoxLayout(steps);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space3);
    row->addWidget(m_steps);
    row->addLayout(right, 1);
    return steps;
}

void EntryDetail::setState(const ActivityState& state)
{
    const jobs::JournalEntry* const entry = state.selectedEntry();
    setVisible(entry != nullptr);
    if (entry == nullptr)
        return;
    const bool isOther = entry->number != m_entry.number || entry->result != m_entry.result ||
                         entry->steps.size() != m_entry.steps.size();
    m_entry = *entry;
    showFacts(*entry);
    showEffect(state);
    if (isOther)
        showSteps();
}

void EntryDetail::setWhyNoUndo(const QString& why)
{
    m_undo->setEnabled(why.isEmpty());
    setPlainToolTip(m_undo,
                    why.isEmpty() ? tr("Shows what takes this change back before anything is written") : why);
    m_undo->setAccessibleDescription(why);
}

void EntryDetail::showFacts(const jobs::JournalEntry& entry)
{
    const StateLook look = lookOf(entry.result, m_theme.tokens());
    m_title->setFullText(fromText(entry.title));
    m_result->setText(look.text());
    using Ending = jobs::JournalEntry::Result;
    setRole(m_result, entry.result == Ending::Applied  ? "good"
                      : entry.result == Ending::Failed ? "bad"
                      : entry.result == Ending::Undone ? "muted"
                                                       : "warn");
    m_who->setFullText(
        tr("%1 · %2 (%3)").arg(fromText(entry.name), formatMoment(entry.at, true), zoneName()));
    QStringList more{tr("Entry %1").arg(entry.number)};
    if (!entry.ticket.empty())
        more.append(fromText(entry.ticket));
    if (entry.undoes > 0)
        more.append(tr("takes back entry %1").arg(entry.undoes));
    more.append(fromText(entry.scope).section(u'/', -1));
    m_more->setFullText(more.join(u" · "_s));
    m_message->setFullText(fromText(entry.message));
    m_message->setVisible(!entry.message.empty());
    m_hash->setText(tr("Hash %1").arg(fromText(entry.hash).left(ShortHash)));
    setPlainToolTip(m_hash, fromText(entry.hash));
}

void EntryDetail::showEffect(const ActivityState& state)
{
    const std::optional<jobs::ChangeEffect>& effect = state.effect;
    for (std::size_t i = 0; i < Figures; ++i) {
        m_before[i]->setText(figureText(effect ? effect->hourBefore : std::nullopt, i));
        m_after[i]->setText(figureText(effect ? effect->hourAfter : std::nullopt, i));
    }
    QString note;
    if (state.effectLoading && !effect)
        note = tr("Asking the log…");
    else if (state.effectError)
        note = tr("Not known: %1").arg(fromText(state.effectError->message));
    else if (!effect)
        note = tr("Not known: this profile has no log to ask.");
    else if (effect->tooEarly)
        note = tr("The hour after is not yet known; it ends at %1.").arg(formatMoment(effect->after.end));
    else if (!effect->hourBefore || !effect->hourAfter)
        note = tr("–: the log does not cover this hour.");
    else if (effect->hourBefore->tokensAtLeast || effect->hourAfter->tokensAtLeast)
        note = tr("≥: the log does not hold the tokens of every call.");
    m_effectNote->setText(note);
    m_effectNote->setVisible(!note.isEmpty());
}

void EntryDetail::showSteps()
{
    {
        const QSignalBlocker quiet(m_steps);
        m_steps->clear();
        for (const jobs::JournalStep& step : m_entry.steps)
            m_steps->addItem(fromText(step.title) + u'\n' + lookOf(step.outcome, m_theme.tokens()).text());
        m_steps->setCurrentRow(0);
    }
    showStep();
}

void EntryDetail::showStep()
{
    const int row = m_steps->currentRow();
    if (row < 0 || row >= static_cast<int>(m_entry.steps.size())) {
        m_stepCaption->clear();
        m_diff->setVersions({}, {});
        return;
    }
    const jobs::JournalStep& step = m_entry.steps[static_cast<std::size_t>(row)];
    m_diff->setVersions(step.before, step.after);
    m_stepCaption->setText(
        tr("%1 · %2 · %3")
            .arg(shortResource(step.resourceId), changeWord(step.before, step.after), m_diff->summary()));
}

} // namespace gatehouse::ui
