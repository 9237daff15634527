// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/replaypanel.h"

#include "ui/models/cells.h"
#include "ui/models/recordmodel.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QLocale>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

namespace {

QString number(std::int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

QString placeText(const std::string& backend, int status)
{
    const QString where = backend.empty() ? ReplayPanel::tr("nobody") : QString::fromStdString(backend);
    return where + QStringLiteral(" (%1)").arg(status);
}

} // namespace

ReplayPanel::ReplayPanel(const Theme& theme, ReplayPresenter& presenter, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
{
    nameWidget(this, QStringLiteral("replayPanel"), tr("Replay logged traffic"));
    build(theme);
    connect(&m_presenter, &ReplayPresenter::changed, this, &ReplayPanel::show);
    show();
}

void ReplayPanel::build(const Theme& theme)
{
    m_days = new QComboBox;
    nameWidget(m_days, QStringLiteral("replayDays"), tr("How much of the log"));
    for (const int days : {1, 7, 30})
        m_days->addItem(tr("Last %n day(s)", nullptr, days), days);
    m_run = new QPushButton;
    nameWidget(m_run, QStringLiteral("replayRun"), tr("Run or cancel the replay"));
    m_progress = new QProgressBar;
    nameWidget(m_progress, QStringLiteral("replayProgress"), tr("Progress of the replay"));
    m_progress->setRange(0, 1000);
    m_what = makeLabel(QStringLiteral("replayWhat"), "muted");
    m_totals = makeLabel(QStringLiteral("replayTotals"), "");
    m_limits = makeLabel(QStringLiteral("replayLimits"), "muted");
    for (QLabel* label : {m_what, m_totals, m_limits})
        label->setWordWrap(true);
    m_backends = new RecordModel({{tr("Backend"), QStringLiteral("backend"), false, 180, {}},
                                  {tr("Requests before"), QStringLiteral("requests_before"), true, 120, {}},
                                  {tr("Requests after"), QStringLiteral("requests_after"), true, 120, {}},
                                  {tr("Tokens before"), QStringLiteral("tokens_before"), true, 120, {}},
                                  {tr("Tokens after"), QStringLiteral("tokens_after"), true, 120, {}}},
                                 this);
    m_moved = new RecordModel({{tr("Time"), QStringLiteral("time"), false, 170, {}},
                               {tr("Correlation id"), QStringLiteral("correlation_id"), false, 220, {}},
                               {tr("In the log"), QStringLiteral("before"), false, 150, {}},
                               {tr("In the replay"), QStringLiteral("after"), false, 150, {}},
                               {tr("Why"), QStringLiteral("why"), false, 340, {}}},
                              this);
    m_backendTable =
        new TableView(theme, *m_backends, QStringLiteral("replayBackends"), tr("Backends before and after"));
    m_movedTable =
        new TableView(theme, *m_moved, QStringLiteral("replayMoved"), tr("Requests that would change"));
    m_movedTable->setEmptyText(tr("No request would change."));

    auto* row = new QHBoxLayout;
    row->addWidget(m_days);
    row->addWidget(m_run);
    row->addWidget(m_progress, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, metric::Space3, 0, 0);
    column->setSpacing(metric::Space2);
    column->addWidget(m_what);
    column->addLayout(row);
    column->addWidget(m_totals);
    column->addWidget(m_limits);
    column->addWidget(m_backendTable, 1);
    column->addWidget(m_movedTable, 2);
    connect(m_run, &QPushButton::clicked, this, &ReplayPanel::runOrCancel);
    connect(m_movedTable, &TableView::rowActivated, this, &ReplayPanel::explainRequested);
}

void ReplayPanel::runOrCancel()
{
    if (m_presenter.state().running)
        m_presenter.cancel();
    else
        m_presenter.run(m_days->currentData().toInt());
}

void ReplayPanel::show()
{
    const ReplayState& state = m_presenter.state();
    m_run->setEnabled(m_presenter.canRun());
    m_run->setText(state.running ? tr("Cancel") : tr("Replay"));
    m_days->setEnabled(!state.running);
    m_progress->setVisible(state.running);
    m_progress->setValue(static_cast<int>(state.fraction * 1000));
    m_progress->setFormat(tr("%1 requests").arg(number(state.requests)));
    m_what->setText(
        !m_presenter.canRun() ? tr("This profile has no API Management service, so nothing can be replayed.")
        : m_presenter.hasDraft() ? tr("Replays the draft of routes on what was logged.")
                                 : tr("There is no draft: the routes that were in force are replayed, which "
                                      "gives the past back."));
    m_totals->setText(state.error ? QString::fromStdString(state.error->message + " " + state.error->advice)
                                  : QString());
    m_limits->clear();
    if (state.outcome) {
        showOutcome(*state.outcome);
    } else {
        m_backends->setRecords({});
        m_moved->setRecords({});
    }
    m_totals->setVisible(!m_totals->text().isEmpty());
    m_limits->setVisible(!m_limits->text().isEmpty());
    m_backendTable->setVisible(state.outcome != nullptr);
    m_movedTable->setVisible(state.outcome != nullptr);
}

void ReplayPanel::showOutcome(const jobs::ReplayOutcome& outcome)
{
    m_totals->setText(totals(outcome));
    m_limits->setText(limits(outcome));
    std::vector<Record> backends;
    for (const gateway::ReplayShare& one : outcome.replay.backends)
        backends.push_back(
            {QString::fromStdString(one.backend),
             {},
             {textCell(QString::fromStdString(one.backend)), countCell(one.requestsBefore),
              countCell(one.requestsAfter), countCell(one.tokensBefore), countCell(one.tokensAfter)}});
    m_backends->setRecords(std::move(backends));
    std::vector<Record> moved;
    for (const gateway::MovedExample& one : outcome.replay.examples) {
        const QString id = QString::fromStdString(one.correlationId);
        moved.push_back(
            {id,
             {},
             {textCell(QString::fromStdString(formatDateTime(one.time))), textCell(id),
              textCell(placeText(one.from, one.statusBefore)), textCell(placeText(one.to, one.statusAfter)),
              textCell(QString::fromStdString(one.why))}});
    }
    m_moved->setRecords(std::move(moved));
}

QString ReplayPanel::totals(const jobs::ReplayOutcome& outcome) const
{
    const gateway::TrafficReplay& replay = outcome.replay;
    return tr("%1 requests: %2 as in the log, %3 moved, %4 newly refused by a limit, %5 no longer refused. "
              "429: %6 avoided, %7 caused. Capacity exceeded in %8 minutes (%9 in the log).")
        .arg(number(replay.judged), number(replay.same + replay.notRouted), number(replay.moved),
             number(replay.throttled), number(replay.freed), number(replay.throttledAvoided),
             number(replay.throttledCaused), number(static_cast<std::int64_t>(replay.excesses.size())),
             number(replay.excessMinutesBefore));
}

/// What the figures do not know.
QString ReplayPanel::limits(const jobs::ReplayOutcome& outcome) const
{
    const gateway::TrafficReplay& replay = outcome.replay;
    QStringList parts{tr("Cost is not told: there are no prices yet.")};
    if (replay.unproven > 0)
        parts << tr("%1 requests cannot be told, as what decided them was not logged; they are taken as they "
                    "were.")
                     .arg(number(replay.unproven));
    if (replay.limitsBelieved > 0)
        parts << tr("%1 refusals for tokens are taken from the log, which does not hold what those calls "
                    "asked for.")
                     .arg(number(replay.limitsBelieved));
    if (replay.tokensUnknown > 0)
        parts << tr("%1 requests would succeed that failed: their tokens are unknown.")
                     .arg(number(replay.tokensUnknown));
    if (outcome.finalAttemptsOnly)
        parts << tr("The log holds final attempts only.");
    if (outcome.partial)
        parts << QString::fromStdString(outcome.partialReason);
    return parts.join(QLatin1Char(' '));
}

} // namespace gatehouse::ui
