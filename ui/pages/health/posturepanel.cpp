// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/health/posturepanel.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/health/accordlook.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using gateway::Accord;

namespace {

constexpr int RemedyColumn = 5;
constexpr int RemedyHeight = 84;

std::vector<ColumnSpec> postureColumns()
{
    const auto tr = [](const char* text) { return PosturePanel::tr(text); };
    return {
        {tr("Resource"), u"resource"_s, false, 150, {}}, {tr("Kind"), u"kind"_s, false, 130, {}},
        {tr("Point"), u"point"_s, false, 200, {}},       {tr("Verdict"), u"verdict"_s, false, 100, {}},
        {tr("As it is"), u"value"_s, false, 250, {}},    {tr("What mends it"), u"remedy"_s, false, 280, {}}};
}

int rankOf(Accord verdict)
{
    return verdict == Accord::Differs ? 0 : verdict == Accord::Unknown ? 1 : 2;
}

/// What differs stands first, by resource and within it.
std::vector<gateway::PostureResource> inOrder(std::vector<gateway::PostureResource> resources)
{
    const auto first = [](const gateway::PostureResource& resource) {
        return resource.lines.empty() ? 3 : rankOf(resource.lines.front().verdict);
    };
    for (gateway::PostureResource& resource : resources)
        std::ranges::stable_sort(resource.lines, {},
                                 [](const gateway::PostureLine& line) { return rankOf(line.verdict); });
    std::ranges::stable_sort(resources, {}, first);
    return resources;
}

Record recordOf(const gateway::PostureResource& resource, const gateway::PostureLine& line,
                const Tokens& tokens)
{
    const auto text = [](const std::string& value, const QString& exact = {}) {
        return Cell{fromText(value), fromText(value), exact, {}};
    };
    const StateLook look = lookOf(line.verdict, tokens);
    Record record;
    record.key = fromText(resource.id + "#" + line.name);
    record.cells = {
        text(resource.name),
        text(resource.kind),
        text(line.name),
        {look.word, look.text(), {}, look.color},
        text(line.value,
             PosturePanel::tr("%1\nStandard: %2").arg(fromText(line.value), fromText(line.standard))),
        text(line.remedy, fromText(line.remedy))};
    return record;
}

/// A model keeps the places of rows that it knows, so an order that changed starts afresh.
void setInOrder(RecordModel& model, std::vector<Record> records)
{
    bool same = model.rowCount() == static_cast<int>(records.size());
    for (int row = 0; same && row < model.rowCount(); ++row)
        same = model.index(row, 0).data(RecordModel::KeyRole).toString() ==
               records[static_cast<std::size_t>(row)].key;
    if (!same)
        model.setRecords({});
    model.setRecords(std::move(records));
}

} // namespace

PosturePanel::PosturePanel(const Theme& theme, PosturePresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_stack(new QStackedLayout(this))
    , m_content(new QWidget)
    , m_state(new StateView(theme, u"postureState"_s))
    , m_notice(new NoticeBar(theme, u"postureNotice"_s))
    , m_counts(makeLabel(u"postureCounts"_s, "strong"))
    , m_model(new RecordModel(postureColumns(), this))
    , m_table(new TableView(theme, *m_model, u"postureTable"_s, tr("Posture")))
    , m_remedyTitle(makeLabel(u"postureRemedyTitle"_s, "strong"))
    , m_remedy(makeLabel(u"postureRemedy"_s, "muted"))
    , m_copy(new QPushButton(tr("Copy")))
{
    nameWidget(this, u"posturePanel"_s, tr("Posture"));
    nameWidget(m_content, u"postureContent"_s, tr("Posture"));
    QFrame* const panel = makePanel(u"postureTablePanel"_s, tr("Posture"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_table);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    auto* const column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_notice);
    column->addWidget(buildHead());
    column->addWidget(panel, 1);
    column->addWidget(buildRemedy());
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_state);

    connect(&presenter, &PagePresenter::changed, this, &PosturePanel::showState);
    connect(&theme, &Theme::changed, this, &PosturePanel::showState);
    connect(m_state, &StateView::actionRequested, &presenter, &PagePresenter::refresh);
    connect(m_table, &TableView::summaryChanged, this, &PosturePanel::summaryChanged);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &PosturePanel::showRemedy);
    showState();
}

QWidget* PosturePanel::buildHead()
{
    auto* const head = new QWidget;
    nameWidget(head, u"postureHead"_s, tr("Summary"));
    auto* const keys = new QPushButton(tr("Access keys…"));
    nameWidget(keys, u"postureKeys"_s, tr("Access keys of the gateway"));
    auto* const row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_counts);
    row->addStretch(1);
    row->addWidget(keys);
    connect(keys, &QPushButton::clicked, this, &PosturePanel::keysRequested);
    return head;
}

QWidget* PosturePanel::buildRemedy()
{
    QFrame* const panel = makePanel(u"postureRemedyPanel"_s, tr("What mends it"));
    m_remedy->setWordWrap(true);
    panel->setMinimumHeight(RemedyHeight); // the table must not jump from line to line
    m_remedy->setTextInteractionFlags(Qt::TextSelectableByMouse);
    nameWidget(m_copy, u"postureRemedyCopy"_s, tr("Copy what mends it"));
    auto* const texts = new QVBoxLayout;
    texts->addWidget(m_remedyTitle);
    texts->addWidget(m_remedy);
    auto* const row = new QHBoxLayout(panel);
    row->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    row->addLayout(texts, 1);
    row->addWidget(m_copy, 0, Qt::AlignTop);
    connect(m_copy, &QPushButton::clicked, this, &PosturePanel::copyRemedy);
    return panel;
}

void PosturePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_presenter.setActive(true);
}

void PosturePanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_presenter.setActive(false);
}

void PosturePanel::showState()
{
    const std::shared_ptr<const PostureState> state = m_presenter.state();
    if (!state->report) {
        StateView::Content content;
        if (state->status.error) {
            content = StateView::forError(*state->status.error, tr("The posture could not be read"));
            content.action = tr("Try again");
        } else {
            content.title = tr("Reading how the gateway and its accounts are set…");
            content.progress = -1;
        }
        m_state->setContent(content);
        m_stack->setCurrentWidget(m_state);
        return;
    }
    QStringList notices;
    for (const std::string& notice : state->report->notices)
        notices.append(fromText(notice));
    if (state->status.error)
        m_notice->show(
            NoticeBar::Weight::Warning,
            tr("As of %1; reading again did not work: %2")
                .arg(formatMoment(state->report->readAt, true), fromText(state->status.error->message)),
            state->status.error);
    else
        m_notice->show(NoticeBar::Weight::Info, notices.join(u' '));
    std::vector<Record> records;
    std::array<int, 3> counts{};
    for (const gateway::PostureResource& resource : inOrder(state->report->resources)) {
        for (const gateway::PostureLine& line : resource.lines) {
            ++counts[static_cast<std::size_t>(rankOf(line.verdict))];
            records.push_back(recordOf(resource, line, m_theme.tokens()));
        }
    }
    m_counts->setText(
        tr("▲ %1 differ   – %2 not known   ● %3 hold").arg(counts[0]).arg(counts[1]).arg(counts[2]));
    setInOrder(*m_model, std::move(records));
    if (!m_table->currentIndex().isValid() && m_model->rowCount() > 0)
        m_table->setCurrentIndex(m_table->model()->index(0, 0));
    showRemedy();
    m_stack->setCurrentWidget(m_content);
}

void PosturePanel::showRemedy()
{
    const QModelIndex current = m_table->currentIndex();
    const auto cell = [&](int column) {
        return current.isValid() ? current.siblingAtColumn(column).data().toString() : QString();
    };
    const QString remedy = cell(RemedyColumn);
    m_remedyTitle->setText(current.isValid() ? tr("%1 of %2").arg(cell(2), cell(0)) : QString());
    m_remedy->setFont(remedy.startsWith(u"az "_s) ? QFontDatabase::systemFont(QFontDatabase::FixedFont)
                                                  : m_theme.font(Theme::Type::Body));
    m_remedy->setText(!remedy.isEmpty()   ? remedy
                      : current.isValid() ? tr("Nothing is to be done.")
                                          : tr("Choose a line to see what mends it."));
    m_copy->setEnabled(!remedy.isEmpty());
}

void PosturePanel::copyRemedy()
{
    QGuiApplication::clipboard()->setText(m_remedy->text());
    Q_EMIT told(tr("Copied. Nothing was carried out."));
}

} // namespace gatehouse::ui
