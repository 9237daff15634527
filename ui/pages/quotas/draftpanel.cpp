// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/draftpanel.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/quotas/impactrecords.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int FewDays = 7;
constexpr int ManyDays = 30;

std::vector<ColumnSpec> changeColumns()
{
    using P = DraftPanel;
    return {
        {P::tr("Service"), u"service"_s, false, 132, {}},
        {P::tr("As it is"), u"before"_s, false, 220, {}},
        {P::tr("Draft"), u"draft"_s, false, 300, {}},
    };
}

} // namespace

DraftPanel::DraftPanel(const Theme& theme, QuotasPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_title(makeLabel(u"draftTitle"_s, "strong", tr("Draft")))
    , m_hint(makeLabel(u"draftHint"_s, "muted"))
    , m_parts(new Segments(u"draftParts"_s, tr("What of the draft is shown"),
                           {tr("Changes"), tr("Policy"), tr("Impact"), tr("Examples")}))
    , m_discard(new QPushButton(tr("Discard")))
    , m_review(new QPushButton(tr("Review && apply…")))
    , m_stack(new QStackedWidget)
    , m_changeModel(new RecordModel(changeColumns(), this))
    , m_changes(new TableView(theme, *m_changeModel, u"draftChanges"_s, tr("Differences")))
    , m_policy(new QPlainTextEdit)
    , m_days(new Segments(u"impactDays"_s, tr("Days that are replayed"), {tr("7 days"), tr("30 days")}))
    , m_rehearse(new QPushButton(tr("Replay past calls")))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_progress(new QProgressBar)
    , m_impactText(new ElidedLabel)
    , m_impactNotice(new NoticeBar(theme, u"impactNotice"_s))
    , m_impactModel(new RecordModel(impactColumns(), this))
    , m_impact(
          new TableView(theme, *m_impactModel, u"impactTable"_s, tr("Whom the draft would have refused")))
    , m_exampleModel(new RecordModel(exampleColumns(), this))
    , m_examples(
          new TableView(theme, *m_exampleModel, u"impactExamples"_s, tr("Calls that would be refused")))
{
    setProperty("panel", true);
    nameWidget(this, u"draftPanel"_s, tr("Draft"));
    nameWidget(m_stack, u"draftStack"_s, tr("Draft"));
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_hint->setContentsMargins(metric::Space3, metric::Space2, metric::Space3, metric::Space2);
    m_stack->addWidget(m_changes);
    m_stack->addWidget(buildPolicy());
    m_stack->addWidget(buildImpact());
    m_stack->addWidget(m_examples);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(metric::Space2);
    column->addWidget(buildHeading());
    column->addWidget(m_hint, 1);
    column->addWidget(m_stack, 1);
    m_impact->setEmptyText(tr("Replay past calls to see whom this draft would have refused"));
    m_examples->setEmptyText(tr("No call would have been refused, or none was replayed yet"));
    connect(m_parts, &Segments::chosen, m_stack, &QStackedWidget::setCurrentIndex);
    connect(m_discard, &QPushButton::clicked, &presenter, &QuotasPresenter::revertAll);
    connect(m_review, &QPushButton::clicked, this, &DraftPanel::propose);
    for (TableView* const table : {m_changes, m_impact, m_examples})
        connect(table, &TableView::summaryChanged, this, &DraftPanel::summaryChanged);
}

QWidget* DraftPanel::buildHeading()
{
    nameWidget(m_discard, u"draftDiscard"_s, tr("Discard the draft"));
    setPlainToolTip(m_discard, tr("Reverts every row; Ctrl+Z brings them back"));
    nameWidget(m_review, u"draftReview"_s, tr("Review and apply the draft"));
    m_review->setProperty("kind", u"primary"_s);
    auto* const heading = new QWidget;
    nameWidget(heading, u"draftHeading"_s, tr("Draft"));
    auto* const row = new QHBoxLayout(heading);
    row->setContentsMargins(metric::Space3, metric::Space2, metric::Space2, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_title);
    row->addStretch(1);
    row->addWidget(m_parts);
    row->addSpacing(metric::Space2);
    row->addWidget(m_discard);
    row->addWidget(m_review);
    return heading;
}

QWidget* DraftPanel::buildPolicy()
{
    nameWidget(m_policy, u"draftPolicy"_s, tr("The policy fragment with the draft in it"));
    m_policy->setReadOnly(true);
    m_policy->setFont(codeFont());
    m_policy->setTabStopDistance(metric::Space6);
    m_policy->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_policy->setProperty("kind", u"code"_s);
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, u"draftPolicyCopy"_s, tr("Copy the policy"));
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_policy->toPlainText());
        Q_EMIT told(tr("The policy is on the clipboard"));
    });
    auto* const page = new QWidget;
    nameWidget(page, u"draftPolicyPage"_s, tr("Policy"));
    auto* const heading = new QHBoxLayout;
    heading->setContentsMargins(metric::Space3, 0, metric::Space2, 0);
    heading->addWidget(makeLabel(u"draftPolicyCaption"_s, "caption",
                                 tr("gatehouse-quotas as it would be written; only edited rows differ")));
    heading->addStretch(1);
    heading->addWidget(copy);
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space1);
    column->addLayout(heading);
    column->addWidget(m_policy, 1);
    return page;
}

QWidget* DraftPanel::buildImpact()
{
    nameWidget(m_rehearse, u"impactRun"_s, tr("Replay past calls against the draft"));
    nameWidget(m_cancel, u"impactCancel"_s, tr("Stop the replay"));
    nameWidget(m_progress, u"impactProgress"_s, tr("Calls read so far"));
    m_progress->setTextVisible(false);
    m_impactText->setObjectName(u"impactText"_s);
    m_impactText->setProperty("role", u"caption"_s);
    connect(m_rehearse, &QPushButton::clicked, this,
            [this] { m_presenter.rehearse(m_days->current() == 0 ? FewDays : ManyDays); });
    connect(m_cancel, &QPushButton::clicked, &m_presenter, &QuotasPresenter::cancelRehearsal);
    auto* const page = new QWidget;
    nameWidget(page, u"impactPage"_s, tr("Impact"));
    auto* const tools = new QHBoxLayout;
    tools->setContentsMargins(metric::Space3, 0, metric::Space2, 0);
    tools->setSpacing(metric::Space2);
    tools->addWidget(m_days);
    tools->addWidget(m_rehearse);
    tools->addWidget(m_cancel);
    tools->addWidget(m_impactText, 1);
    auto* const notice = new QHBoxLayout;
    notice->setContentsMargins(metric::Space3, 0, metric::Space2, 0);
    notice->addWidget(m_impactNotice);
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space1);
    column->addLayout(tools);
    column->addWidget(m_progress);
    column->addLayout(notice);
    column->addWidget(m_impact, 1);
    return page;
}

void DraftPanel::choose(Part part)
{
    m_parts->setCurrent(part);
    m_stack->setCurrentIndex(part);
}

void DraftPanel::propose()
{
    if (const Status proposed = m_presenter.propose(); !proposed)
        Q_EMIT told(fromText(proposed.error().message + " " + proposed.error().advice));
}

void DraftPanel::show(const QuotasState& state)
{
    const bool any = !state.drafts.empty();
    m_title->setText(!any                       ? tr("Draft")
                     : state.drafts.size() == 1 ? tr("Draft of one rule")
                                                : tr("Draft of %1 rules").arg(state.drafts.size()));
    m_hint->setText(state.whyNoEditing.isEmpty()
                        ? tr("Double-click a limit, or press F2, to edit it. Nothing is written before you "
                             "review and apply; "
                             "you see the policy and whom it would have refused first.")
                        : tr("Nothing can be edited now. %1").arg(state.whyNoEditing));
    m_hint->setVisible(!any);
    for (QWidget* const widget : std::initializer_list<QWidget*>{m_parts, m_discard, m_review, m_stack})
        widget->setVisible(any);
    m_review->setEnabled(state.whyNoEditing.isEmpty() && state.policyNote.isEmpty());
    setPlainToolTip(m_review, state.whyNoEditing.isEmpty() ? state.policyNote : state.whyNoEditing);
    std::vector<Record> records;
    for (const QuotaDifference& one : state.differences) {
        const QString name = one.changedMeanwhile ? tr("%1 · ▲ changed meanwhile").arg(one.name) : one.name;
        Record record;
        record.key = u"service:"_s + fromText(one.service);
        record.cells = {{one.name, name, {}, one.changedMeanwhile ? m_theme.tokens().warn : QColor()},
                        {one.before, one.before, one.before, m_theme.tokens().muted},
                        {one.after, one.after, one.after, {}}};
        records.push_back(std::move(record));
    }
    m_changeModel->setRecords(std::move(records));
    const QString policy = state.policyNote.isEmpty() ? state.policy : state.policyNote;
    if (m_policy->toPlainText() != QString(policy).replace(u"\r\n"_s, u"\n"_s))
        m_policy->setPlainText(policy);
    showImpact(state);
}

void DraftPanel::showImpact(const QuotasState& state)
{
    m_rehearse->setVisible(!state.rehearsal.running);
    m_cancel->setVisible(state.rehearsal.running);
    m_days->setEnabled(!state.rehearsal.running);
    m_progress->setVisible(state.rehearsal.running);
    m_progress->setRange(0, state.rehearsal.progress.total > 0 ? 1000 : 0);
    if (state.rehearsal.progress.total > 0)
        m_progress->setValue(
            static_cast<int>(state.rehearsal.progress.read * 1000 / state.rehearsal.progress.total));
    m_impactNotice->show(NoticeBar::Weight::Info, {});
    if (state.rehearsal.error && !state.rehearsal.error->cancelled())
        m_impactNotice->show(NoticeBar::Weight::Bad,
                             tr("The replay did not work: %1").arg(fromText(state.rehearsal.error->message)),
                             state.rehearsal.error);
    else if (state.rehearsal.outdated)
        m_impactNotice->show(NoticeBar::Weight::Warning,
                             tr("The draft has changed since. Replay again to see its impact."));
    else if (state.rehearsal.impact && !state.rehearsal.impact->leftOut.empty())
        m_impactNotice->show(NoticeBar::Weight::Warning,
                             tr("Left out: %1").arg(fromText(state.rehearsal.impact->leftOut.front())));
    if (state.rehearsal.running)
        m_impactText->setFullText(state.rehearsal.progress.total > 0
                                      ? tr("%1 of %2 calls read")
                                            .arg(formatExact(state.rehearsal.progress.read),
                                                 formatExact(state.rehearsal.progress.total))
                                      : tr("Counting the calls…"));
    else
        m_impactText->setFullText(state.rehearsal.impact ? impactSummary(*state.rehearsal.impact)
                                                         : QString());
    showImpactTables(state);
}

void DraftPanel::showImpactTables(const QuotasState& state)
{
    if (!state.rehearsal.impact) {
        m_impactModel->setRecords({});
        m_exampleModel->setRecords({});
        return;
    }
    std::map<std::string, QString> names;
    for (const QuotaRowView& view : state.rows)
        names[view.row.service] = fromText(view.row.displayName);
    m_impactModel->setRecords(impactRecords(*state.rehearsal.impact, names, m_theme.tokens()));
    m_exampleModel->setRecords(exampleRecords(*state.rehearsal.impact, names));
}

} // namespace gatehouse::ui
