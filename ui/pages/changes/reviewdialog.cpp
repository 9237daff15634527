// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/changes/reviewdialog.h"

#include "ui/models/changetext.h"
#include "ui/models/format.h"
#include "ui/pages/changes/changewords.h"
#include "ui/pages/changes/diffview.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QShortcut>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using ChangePhase = ChangeState::Phase;

namespace {

constexpr int ListWidth = 250;

QPushButton* makeButton(const QString& name, const QString& text)
{
    auto* const button = new QPushButton(text);
    nameWidget(button, name, text);
    button->setAutoDefault(false); // Return in the ticket field must not write
    return button;
}

QString itemText(const jobs::ReviewedChange& reviewed)
{
    QString state = reviewed.conflicts.empty() ? changeWord(reviewed.now, reviewed.result)
                                               : ReviewDialog::tr("▲ Both changed the same");
    if (reviewed.conflicts.empty() && reviewed.merged)
        state += ReviewDialog::tr(" · merged");
    return fromText(reviewed.change.title) + u'\n' + state;
}

} // namespace

ReviewDialog::ReviewDialog(const Theme& theme, ChangeFlow& flow, QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_flow(flow)
    , m_title(makeLabel(u"reviewTitle"_s, "heading"))
    , m_read(makeLabel(u"reviewRead"_s, "caption"))
    , m_stack(new QStackedWidget)
    , m_state(new StateView(theme, u"reviewState"_s))
    , m_list(new QListWidget)
    , m_what(makeLabel(u"reviewWhat"_s, "strong"))
    , m_note(new NoticeBar(theme, u"reviewNote"_s))
    , m_theirDiff(new DiffView(theme, u"reviewTheirDiff"_s, tr("What others changed")))
    , m_diff(new DiffView(theme, u"reviewDiff"_s, tr("What would be written")))
    , m_diffCaption(makeLabel(u"reviewDiffCaption"_s, "caption"))
    , m_keepTheirs(makeButton(u"reviewKeepTheirs"_s, tr("Keep theirs")))
    , m_useMine(makeButton(u"reviewUseMine"_s, tr("Use mine")))
    , m_ticket(new QLineEdit)
    , m_ticketLabel(makeLabel(u"reviewTicketLabel"_s, "", tr("Ticket")))
    , m_why(makeLabel(u"reviewWhy"_s, "muted"))
    , m_unlock(makeButton(u"reviewUnlock"_s, tr("Unlock editing")))
    , m_copy(makeButton(u"reviewCopy"_s, tr("Copy details")))
    , m_again(makeButton(u"reviewAgain"_s, tr("Review again")))
    , m_cancel(makeButton(u"reviewCancel"_s, tr("Cancel")))
    , m_apply(makeButton(u"reviewApply"_s, tr("Apply")))
{
    nameWidget(this, u"reviewDialog"_s, tr("Review the change"));
    setWindowTitle(tr("Review the change"));
    nameWidget(m_stack, u"reviewStack"_s, tr("Review"));
    m_title->setWordWrap(true);
    m_work = buildWork();
    m_stack->addWidget(m_work);
    m_stack->addWidget(m_state);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space2);
    column->addWidget(m_title);
    column->addWidget(m_read);
    column->addSpacing(metric::Space1);
    column->addWidget(m_stack, 1);
    column->addWidget(buildFoot());
    setMinimumSize(900, 560);
    resize(1100, 680);
    connectAll();
    showState();
}

QWidget* ReviewDialog::buildWork()
{
    nameWidget(m_list, u"reviewChanges"_s, tr("Changes"));
    m_list->setFixedWidth(ListWidth);
    m_list->setWordWrap(true);
    m_list->setProperty("kind", u"steps"_s);
    QFrame* const left = makePanel(u"reviewListPanel"_s, tr("Changes"));
    auto* const leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(1, 1, 1, 1);
    leftColumn->addWidget(m_list);
    auto* const right = new QVBoxLayout;
    right->setSpacing(metric::Space2);
    right->addWidget(m_what);
    right->addWidget(m_note);
    right->addWidget(buildVersions(), 1);
    auto* const work = new QWidget;
    nameWidget(work, u"reviewWork"_s, tr("What would change"));
    auto* const row = new QHBoxLayout(work);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space3);
    row->addWidget(left);
    row->addLayout(right, 1);
    return work;
}

QWidget* ReviewDialog::buildVersions()
{
    const auto version = [](const QString& name, const QString& accessible, QLabel* caption, DiffView* diff,
                            QPushButton* choose) {
        auto* const side = new QWidget;
        nameWidget(side, name, accessible);
        QFrame* const panel = makePanel(name + u"Panel"_s, accessible);
        auto* const inner = new QVBoxLayout(panel);
        inner->setContentsMargins(1, 1, 1, 1);
        inner->addWidget(diff);
        auto* const column = new QVBoxLayout(side);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(metric::Space1);
        column->addWidget(caption);
        column->addWidget(panel, 1);
        column->addWidget(choose, 0, Qt::AlignLeft);
        return side;
    };
    m_theirs =
        version(u"reviewTheirs"_s, tr("Their version"),
                makeLabel(u"reviewTheirCaption"_s, "caption", tr("Theirs: what was changed meanwhile")),
                m_theirDiff, m_keepTheirs);
    auto* const versions = new QWidget;
    nameWidget(versions, u"reviewVersions"_s, tr("Versions"));
    auto* const row = new QHBoxLayout(versions);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space3);
    row->addWidget(m_theirs, 1);
    row->addWidget(version(u"reviewYours"_s, tr("Your version"), m_diffCaption, m_diff, m_useMine), 1);
    return versions;
}

QWidget* ReviewDialog::buildFoot()
{
    nameWidget(m_ticket, u"reviewTicket"_s, tr("Ticket"));
    m_ticket->setPlaceholderText(tr("CHG-1234, optional"));
    m_ticket->setMaxLength(100);
    m_ticket->setFixedWidth(180);
    m_ticketLabel->setBuddy(m_ticket);
    m_why->setWordWrap(true);
    m_apply->setProperty("kind", u"primary"_s);
    setPlainToolTip(m_apply, tr("Writes the change (Ctrl+Enter)"));
    auto* const foot = new QWidget;
    nameWidget(foot, u"reviewFoot"_s, tr("Ticket and buttons"));
    auto* const row = new QHBoxLayout(foot);
    row->setContentsMargins(0, metric::Space2, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_ticketLabel);
    row->addWidget(m_ticket);
    row->addSpacing(metric::Space2);
    row->addWidget(m_why, 1);
    for (QPushButton* const button : {m_unlock, m_copy, m_again, m_cancel, m_apply})
        row->addWidget(button);
    return foot;
}

void ReviewDialog::connectAll()
{
    connect(&m_flow, &ChangeFlow::changed, this, &ReviewDialog::showState);
    connect(&m_flow.lock(), &EditLock::changed, this, [this] { showFoot(*m_flow.state()); });
    connect(m_list, &QListWidget::currentRowChanged, this, &ReviewDialog::showChange);
    connect(m_keepTheirs, &QPushButton::clicked, this, [this] { m_flow.takeTheirs(chosenResource()); });
    connect(m_useMine, &QPushButton::clicked, this, [this] { m_flow.takeMine(chosenResource()); });
    connect(m_unlock, &QPushButton::clicked, &m_flow.lock(), &EditLock::unlock);
    connect(m_copy, &QPushButton::clicked, this, &ReviewDialog::copyDetails);
    connect(m_again, &QPushButton::clicked, &m_flow, &ChangeFlow::reviewAgain);
    connect(m_cancel, &QPushButton::clicked, this, &ReviewDialog::reject);
    connect(m_apply, &QPushButton::clicked, this,
            [this] { m_flow.apply(m_ticket->text().trimmed().toStdString()); });
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter})
        connect(new QShortcut(QKeySequence(Qt::CTRL | key), this), &QShortcut::activated, m_apply,
                &QPushButton::click);
}

void ReviewDialog::reject()
{
    // What was begun is brought to its end, and the person sees how it ended.
    if (m_flow.state()->phase == ChangePhase::Applying)
        return;
    m_done = true;
    m_flow.dismiss();
    QDialog::reject();
}

void ReviewDialog::showState()
{
    if (m_done)
        return;
    const std::shared_ptr<const ChangeState> state = m_flow.state();
    if (isVisible() && state->phase == ChangePhase::Idle && state->set.changes.empty()) {
        reject(); // signed out
        return;
    }
    m_title->setText(state->set.title.empty() ? tr("Review the change") : fromText(state->set.title));
    const bool reviewed = state->phase == ChangePhase::Reviewed && !state->review->changes.empty();
    m_read->setText(reviewed ? tr("Compared with the service as it was at %1 (%2)")
                                   .arg(formatMoment(state->review->readAt, true), zoneName())
                             : QString());
    if (reviewed) {
        showReview(*state->review);
        m_stack->setCurrentWidget(m_work);
    } else {
        m_state->setContent(stateContent(*state));
        m_stack->setCurrentWidget(m_state);
    }
    showFoot(*state);
}

void ReviewDialog::showReview(const jobs::Review& review)
{
    const std::string chosen = chosenResource();
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    int row = 0;
    for (const jobs::ReviewedChange& reviewed : review.changes) {
        auto* const item = new QListWidgetItem(itemText(reviewed), m_list);
        item->setData(Qt::UserRole, fromText(reviewed.change.resourceId));
        if (reviewed.change.resourceId == chosen)
            row = m_list->count() - 1;
    }
    m_list->setCurrentRow(row);
    showChange();
}

std::string ReviewDialog::chosenResource() const
{
    const QListWidgetItem* const item = m_list->currentItem();
    return item == nullptr ? std::string() : item->data(Qt::UserRole).toString().toStdString();
}

void ReviewDialog::showChange()
{
    const std::shared_ptr<const ChangeState> state = m_flow.state();
    if (!state->review)
        return;
    const std::string chosen = chosenResource();
    const auto found =
        std::find_if(state->review->changes.begin(), state->review->changes.end(),
                     [&](const auto& reviewed) { return reviewed.change.resourceId == chosen; });
    if (found == state->review->changes.end())
        return;
    const bool conflict = !found->conflicts.empty();
    m_theirs->setVisible(conflict);
    m_useMine->setVisible(conflict);
    if (conflict) {
        m_theirDiff->setVersions(found->change.base, found->now);
        m_diff->setVersions(found->change.base, found->change.wanted);
        m_note->show(NoticeBar::Weight::Warning,
                     tr("Somebody else changed the same meanwhile: %1").arg(joined(found->conflicts)));
    } else {
        m_diff->setVersions(found->now, found->result);
        const bool wins = !found->change.overrides.empty();
        m_note->show(NoticeBar::Weight::Info,
                     wins ? tr("Your version wins over theirs; what else they changed stays.")
                     : found->merged
                         ? tr("Somebody else changed other parts meanwhile; both changes are kept.")
                         : QString());
    }
    m_diffCaption->setText(
        conflict ? tr("Yours: what this draft changes · %1").arg(m_diff->summary())
                 : tr("From what is there now to what will be written · %1").arg(m_diff->summary()));
    m_what->setText(shortResource(found->change.resourceId));
}

QString ReviewDialog::whyNotApply(const ChangeState& state) const
{
    if (state.phase != ChangePhase::Reviewed)
        return {};
    if (state.review->changes.empty())
        return {};
    if (state.review->hasConflict())
        return tr("Both changed the same. Choose a version first.");
    return m_flow.lock().whyNot();
}

void ReviewDialog::showFoot(const ChangeState& state)
{
    const bool reviewed = state.phase == ChangePhase::Reviewed && !state.review->changes.empty();
    const bool ended = state.phase == ChangePhase::Applied || state.phase == ChangePhase::Failed ||
                       (state.phase == ChangePhase::Reviewed && !reviewed);
    const bool whole = state.entry && state.entry->result == jobs::JournalEntry::Result::Applied;
    const QString why = whyNotApply(state);
    const EditLock& lock = m_flow.lock();
    m_why->setText(why);
    m_ticket->setVisible(reviewed);
    m_ticketLabel->setVisible(reviewed);
    m_apply->setVisible(!ended);
    m_apply->setEnabled(reviewed && why.isEmpty());
    m_unlock->setVisible(reviewed && !lock.unlocked() && lock.mayUnlock());
    m_copy->setVisible(state.phase == ChangePhase::Failed || (state.phase == ChangePhase::Applied && !whole));
    m_again->setVisible(!state.set.changes.empty() && (reviewed || state.phase == ChangePhase::Failed ||
                                                       (state.phase == ChangePhase::Applied && !whole)));
    m_cancel->setText(ended ? tr("Close") : tr("Cancel"));
    m_cancel->setAccessibleName(m_cancel->text());
    m_cancel->setEnabled(state.phase != ChangePhase::Applying);
    m_cancel->setDefault(ended);
    if (ended && !m_ended)
        m_cancel->setFocus();
    m_ended = ended;
    m_apply->setAccessibleDescription(why);
}

void ReviewDialog::copyDetails()
{
    const std::shared_ptr<const ChangeState> state = m_flow.state();
    QGuiApplication::clipboard()->setText(state->entry   ? entryText(*state->entry)
                                          : state->error ? fromText(state->error->details())
                                                         : QString());
}

} // namespace gatehouse::ui
