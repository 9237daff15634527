// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/paritypanel.h"

#include "ui/models/cells.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/health/accordlook.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using gateway::ParityCheck;
using gateway::ParityLine;

namespace {

constexpr int RoutesWidth = 430;
constexpr int DetailHeight = 112;

Cell lookCell(const StateLook& look, const QString& exact = {})
{
    return {look.word, look.text(), exact, look.color};
}

std::vector<ColumnSpec> routeColumns()
{
    const auto tr = [](const char* text) { return ParityPanel::tr(text); };
    return {{tr("Pool"), u"pool"_s, false, 90, {}},
            {tr("Fallback"), u"fallback"_s, false, 120, {}},
            {tr("Of"), u"primary"_s, false, 100, tr("The primary that it stands in for")},
            {tr("State"), u"state"_s, false, 110, {}}};
}

std::vector<ColumnSpec> lineColumns()
{
    const auto tr = [](const char* text) { return ParityPanel::tr(text); };
    return {{tr("Point"), u"point"_s, false, 160, {}},
            {tr("Verdict"), u"verdict"_s, false, 124, {}},
            {tr("Primary"), u"primary"_s, false, 140, {}},
            {tr("Fallback"), u"fallback"_s, false, 140, {}},
            {tr("What follows"), u"sentence"_s, false, 200, {}}};
}

Record routeRecord(const ParityCheck& check, const Tokens& tokens)
{
    Record record;
    record.key = ParityPresenter::keyOf(check);
    record.cells = {
        textCell(check.pool), textCell(check.candidate), textCell(check.primary),
        lookCell(lookOf(check.certification.state, tokens), fromText(check.certification.sentence))};
    return record;
}

Record lineRecord(const ParityCheck& check, const ParityLine& line, const Tokens& tokens)
{
    StateLook look = lookOf(line.verdict, tokens);
    std::string sentence = line.sentence;
    if (line.exception) {
        look.word = ParityPanel::tr("By exception");
        sentence += " " + ParityPanel::tr("Granted by %1 until %2: %3")
                              .arg(fromText(line.exception->owner), formatMoment(line.exception->expiry),
                                   fromText(line.exception->reason))
                              .toStdString();
    }
    Record record;
    record.key = ParityPresenter::keyOf(check) + u'#' + QString::number(static_cast<int>(line.point));
    record.cells = {textCell(std::string(gateway::titleOf(line.point))), lookCell(look),
                    textCell(line.primary), textCell(line.candidate), textCell(sentence)};
    return record;
}

} // namespace

ParityPanel::ParityPanel(const Theme& theme, ParityPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_stack(new QStackedLayout(this))
    , m_content(new QWidget)
    , m_state(new StateView(theme, u"parityState"_s))
    , m_notice(new NoticeBar(theme, u"parityNotice"_s))
    , m_continuity(new RecordModel(routeColumns(), this))
    , m_continuityTable(new TableView(theme, *m_continuity, u"continuityRoutes"_s, tr("Continuity routes")))
    , m_exceptions(new RecordModel(routeColumns(), this))
    , m_exceptionTable(new TableView(theme, *m_exceptions, u"exceptionRoutes"_s, tr("Exception routes")))
    , m_title(makeLabel(u"parityTitle"_s, "heading"))
    , m_badge(makeLabel(u"parityBadge"_s, "strong"))
    , m_sentence(makeLabel(u"parityVerdict"_s, "muted"))
    , m_lines(new RecordModel(lineColumns(), this))
    , m_lineTable(new TableView(theme, *m_lines, u"parityChecklist"_s, tr("Checklist")))
    , m_detail(makeLabel(u"parityDetail"_s, "muted"))
    , m_certify(action(u"parityCertify"_s, tr("Certify…"), ParityDialog::Kind::Certificate))
    , m_grant(action(u"parityGrant"_s, tr("Add exception…"), ParityDialog::Kind::Exception))
    , m_declare(action(u"parityDeclare"_s, tr("Declare tools…"), ParityDialog::Kind::Tools))
{
    nameWidget(this, u"parityPanel"_s, tr("Failover parity"));
    nameWidget(m_content, u"parityContent"_s, tr("Failover parity"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space3);
    row->addWidget(buildRoutes());
    row->addWidget(buildChecklist(), 1);
    auto* const column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_notice);
    column->addLayout(row, 1);
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_state);

    connect(&presenter, &PagePresenter::changed, this, &ParityPanel::showState);
    connect(&presenter.flow().lock(), &EditLock::changed, this, &ParityPanel::showState);
    connect(&theme, &Theme::changed, this, &ParityPanel::showState);
    connect(m_state, &StateView::actionRequested, &presenter, &PagePresenter::refresh);
    for (TableView* const table : {m_continuityTable, m_exceptionTable, m_lineTable})
        connect(table, &TableView::summaryChanged, this, &ParityPanel::summaryChanged);
    showState();
}

QWidget* ParityPanel::buildRoutes()
{
    auto* const routes = new QWidget;
    nameWidget(routes, u"parityRoutes"_s, tr("Routes"));
    routes->setFixedWidth(RoutesWidth);
    auto* const column = new QVBoxLayout(routes);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    const auto add = [&](const QString& name, const QString& title, const QString& caption,
                         TableView* table) {
        QFrame* const panel = makePanel(name, title);
        auto* const inner = new QVBoxLayout(panel);
        inner->setContentsMargins(1, 1, 1, 1);
        inner->addWidget(table);
        table->setSelectionBehavior(QAbstractItemView::SelectRows);
        table->setSelectionMode(QAbstractItemView::SingleSelection);
        connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this, table] {
            // Not the current row: that comes with the focus alone.
            const QModelIndexList rows = table->selectionModel()->selectedRows();
            if (!rows.isEmpty())
                m_presenter.select(rows.front().data(RecordModel::KeyRole).toString());
        });
        column->addWidget(makeLabel(name + u"Title"_s, "strong", title));
        column->addWidget(makeLabel(name + u"Caption"_s, "caption", caption));
        column->addWidget(panel, 1);
    };
    add(u"continuityPanel"_s, tr("Continuity routes"), tr("for an outage: equal in every point"),
        m_continuityTable);
    add(u"exceptionPanel"_s, tr("Exception routes"), tr("by leave of an owner, for a time"),
        m_exceptionTable);
    m_continuityTable->setEmptyText(tr("No pool has a fallback"));
    m_exceptionTable->setEmptyText(tr("No exception is in force"));
    return routes;
}

QPushButton* ParityPanel::action(const QString& name, const QString& text, ParityDialog::Kind kind)
{
    auto* const button = new QPushButton(text);
    nameWidget(button, name, text);
    connect(button, &QPushButton::clicked, this, [this, kind] {
        auto* const dialog = new ParityDialog(kind, m_presenter, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    return button;
}

QWidget* ParityPanel::buildChecklist()
{
    QFrame* const panel = makePanel(u"parityChecklistPanel"_s, tr("Checklist"));
    m_sentence->setWordWrap(true);
    auto* const heading = new QHBoxLayout;
    heading->addWidget(m_title);
    heading->addSpacing(metric::Space3);
    heading->addWidget(m_badge);
    heading->addStretch(1);
    auto* const head = new QVBoxLayout;
    head->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, 0);
    head->setSpacing(metric::Space1);
    head->addLayout(heading);
    head->addWidget(m_sentence);
    m_lineTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_lineTable->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_lineTable->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ParityPanel::showDetail);
    m_detail->setWordWrap(true);
    m_detail->setMinimumHeight(DetailHeight);
    m_detail->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_detail->setContentsMargins(metric::Space4, 0, metric::Space4, 0);
    auto* const foot = new QHBoxLayout;
    foot->setContentsMargins(metric::Space4, 0, metric::Space4, metric::Space3);
    foot->setSpacing(metric::Space2);
    foot->addStretch(1);
    foot->addWidget(m_declare);
    foot->addWidget(m_grant);
    foot->addWidget(m_certify);
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(metric::Space3);
    column->addLayout(head);
    column->addWidget(m_lineTable, 1);
    column->addWidget(m_detail);
    column->addLayout(foot);
    return panel;
}

void ParityPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_presenter.setActive(true);
}

void ParityPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_presenter.setActive(false);
}

void ParityPanel::showState()
{
    const std::shared_ptr<const PostureState> state = m_presenter.state();
    const ParityCheck* const check = m_presenter.selected();
    if (!state->report || check == nullptr)
        return showWaiting(state->status);
    const jobs::PostureReport& report = *state->report;
    if (report.entriesError)
        m_notice->show(NoticeBar::Weight::Warning, fromText(report.entriesError->message),
                       report.entriesError);
    else if (state->status.error)
        m_notice->show(NoticeBar::Weight::Warning,
                       tr("As of %1; reading again did not work: %2")
                           .arg(formatMoment(report.readAt, true), fromText(state->status.error->message)),
                       state->status.error);
    else
        m_notice->show(NoticeBar::Weight::Info, {});
    showRoutes(report);
    showChecklist(*check);
    showActions(*check);
    m_stack->setCurrentWidget(m_content);
}

void ParityPanel::showWaiting(const PageStatus& status)
{
    StateView::Content content;
    if (status.error && !m_presenter.state()->report) {
        content = StateView::forError(*status.error, tr("The fallbacks could not be compared"));
        content.action = tr("Try again");
    } else if (m_presenter.state()->report) {
        content.icon = u"inbox"_s;
        content.title = tr("No pool has a fallback");
        content.text =
            tr("A pool with two backends or more has one that serves first, and fallbacks to compare "
               "with it.");
    } else {
        content.title = tr("Comparing the fallbacks with their primaries…");
        content.progress = -1;
    }
    m_state->setContent(content);
    m_stack->setCurrentWidget(m_state);
}

void ParityPanel::showRoutes(const jobs::PostureReport& report)
{
    std::vector<Record> continuity;
    std::vector<Record> exceptions;
    for (const ParityCheck& check : report.parity)
        (check.kind == gateway::RouteKind::Continuity ? continuity : exceptions)
            .push_back(routeRecord(check, m_theme.tokens()));
    m_continuity->setRecords(std::move(continuity));
    m_exceptions->setRecords(std::move(exceptions));
    selectRoute(*m_continuityTable);
    selectRoute(*m_exceptionTable);
}

void ParityPanel::selectRoute(TableView& table)
{
    const QString key = ParityPresenter::keyOf(*m_presenter.selected());
    const QAbstractItemModel& model = *table.model();
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.index(row, 0).data(RecordModel::KeyRole).toString() != key)
            continue;
        if (!table.selectionModel()->isRowSelected(row))
            table.selectRow(row);
        return;
    }
    table.clearSelection();
}

/// The selected point in full, since its values are often longer than their columns.
void ParityPanel::showDetail()
{
    const QModelIndexList rows = m_lineTable->selectionModel()->selectedRows();
    if (rows.isEmpty()) {
        m_detail->setText(tr("Choose a point to read its values in full."));
        return;
    }
    const auto cell = [&](int column) { return rows.front().siblingAtColumn(column).data().toString(); };
    m_detail->setText(tr("%1: %2\nPrimary: %3\nFallback: %4").arg(cell(0), cell(4), cell(2), cell(3)));
}

void ParityPanel::showChecklist(const ParityCheck& check)
{
    m_title->setText(tr("%1 instead of %2").arg(fromText(check.candidate), fromText(check.primary)));
    const StateLook look = lookOf(check.certification.state, m_theme.tokens());
    m_badge->setText(look.text());
    using State = gateway::Certification::State;
    const State state = check.certification.state;
    setRole(m_badge, state == State::Certified      ? "good"
                     : state == State::NotCertified ? "bad"
                     : state == State::NotKnown     ? "muted"
                                                    : "warn");
    m_sentence->setText(fromText(check.certification.sentence));
    std::vector<Record> records;
    for (const ParityLine& line : check.lines)
        records.push_back(lineRecord(check, line, m_theme.tokens()));
    m_lines->setRecords(std::move(records));
    if (!m_lineTable->selectionModel()->hasSelection()) {
        // What keeps it from being certified is what one wants to read first.
        const auto trouble = std::ranges::find_if(
            check.lines, [](const ParityLine& line) { return line.verdict != gateway::Accord::Holds; });
        if (trouble != check.lines.end())
            m_lineTable->selectRow(static_cast<int>(trouble - check.lines.begin()));
    }
    showDetail();
}

void ParityPanel::showActions(const ParityCheck& check)
{
    const QString locked = m_presenter.whyNotWrite();
    const QString whyNotCertify = m_presenter.whyNotCertify();
    const bool differs = std::ranges::any_of(check.lines, [](const ParityLine& line) {
        return line.verdict == gateway::Accord::Differs && line.point != gateway::ParityPoint::Exceptions;
    });
    const auto allow = [](QPushButton* button, const QString& whyNot) {
        button->setEnabled(whyNot.isEmpty());
        setPlainToolTip(button, whyNot);
    };
    allow(m_certify, whyNotCertify);
    allow(m_grant, !locked.isEmpty() ? locked : differs ? QString() : tr("It differs in nothing."));
    allow(m_declare, locked);
}

} // namespace gatehouse::ui
