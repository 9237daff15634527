// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costcallsdialog.h"

#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/cost/costrecords.h"
#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

CostCallsDialog::CostCallsDialog(const Theme& theme, CostPresenter& presenter, const CostState& state,
                                 const cost::CostRow* row, QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_currency(state.view ? state.view->grouping.currency : cost::Currency())
    , m_title(row != nullptr ? rowLabel(*row) : tr("All calls"))
    , m_model(new RecordModel(callColumns(), this))
    , m_table(new TableView(theme, *m_model, u"costCallsTable"_s, tr("Calls")))
    , m_state(new StateView(theme, u"costCallsState"_s))
    , m_stack(new QStackedLayout)
    , m_filter(new QLineEdit)
    , m_count(makeLabel(u"costCallsCount"_s, "caption"))
    , m_sum(makeLabel(u"costCallsSum"_s, "caption"))
    , m_explain(new QPushButton(tr("Explain the request")))
{
    const QString period = formatDays(state.question.range);
    setWindowTitle(tr("Calls of %1").arg(m_title));
    nameWidget(this, u"costCallsDialog"_s, tr("Calls of %1, %2").arg(m_title, period));
    resize(1200, 640);
    build();
    connect(&m_calls, &CostCalls::changed, this, &CostCallsDialog::showState);
    m_calls.load(presenter.service(), state.question, row);
}

void CostCallsDialog::build()
{
    nameWidget(m_filter, u"costCallsFilter"_s, tr("Filter the calls"));
    m_filter->setPlaceholderText(tr("Filter rows, ! to hide"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(260);
    nameWidget(m_explain, u"costCallsExplain"_s, tr("Explain where the chosen request went"));
    m_explain->setProperty("kind", u"primary"_s);
    auto* const close = new QPushButton(tr("Close"));
    nameWidget(close, u"costCallsClose"_s, tr("Close"));
    m_table->setSpareColumns({4, 8, 10, 3});
    m_table->setEmptyText(tr("No call fits the filter"));

    auto* const head = new QHBoxLayout;
    head->setSpacing(metric::Space3);
    auto* const heading = new ElidedLabel;
    heading->setObjectName(u"costCallsHeading"_s);
    heading->setProperty("role", u"heading"_s);
    heading->setFullText(m_title);
    head->addWidget(heading, 1);
    head->addWidget(m_filter);
    auto* const panel = makePanel(u"costCallsPanel"_s, tr("Calls"));
    auto* const holder = new QWidget;
    nameWidget(holder, u"costCallsHolder"_s, tr("Calls"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_table);
    holder->setLayout(m_stack);
    m_stack->addWidget(panel);
    m_stack->addWidget(m_state);
    auto* const foot = new QHBoxLayout;
    foot->setSpacing(metric::Space3);
    foot->addWidget(m_count);
    foot->addWidget(m_sum, 1);
    foot->addWidget(m_explain);
    foot->addWidget(close);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space6, metric::Space4, metric::Space6, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addLayout(head);
    column->addWidget(holder, 1);
    column->addLayout(foot);

    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_filter, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_table->proxy().setFilterText(text); });
    connect(m_table, &TableView::rowActivated, this, &CostCallsDialog::explain);
    connect(m_table, &TableView::summaryChanged, m_sum, &QLabel::setText);
    connect(m_explain, &QPushButton::clicked, this,
            [this] { explain(m_table->currentIndex().data(RecordModel::KeyRole).toString()); });
    m_explain->setAutoDefault(false);
    close->setAutoDefault(false);
}

void CostCallsDialog::showState()
{
    const CostCallsState& state = m_calls.state();
    StateView::Content content;
    if (state.loading) {
        content.title = tr("Reading the calls…");
        content.progress = -1;
    } else if (state.error) {
        content = StateView::forError(*state.error, tr("The calls could not be read"));
    } else if (state.calls && state.calls->empty()) {
        content.icon = u"inbox"_s;
        content.title = tr("No calls");
        content.text = tr("What this row stands for has no single requests in this period.");
    }
    const bool shows = content.title.isEmpty();
    m_explain->setEnabled(shows);
    m_filter->setEnabled(shows);
    m_count->clear();
    if (!shows) {
        m_state->setContent(content);
        m_stack->setCurrentWidget(m_state);
        return;
    }
    m_model->setRecords(callRecords(*state.calls, m_currency, m_theme));
    m_table->setCurrentIndex(m_table->model()->index(0, 0));
    m_stack->setCurrentIndex(0);
    m_count->setText(state.cut
                         ? tr("Of the first %1 calls; there are more. Choose fewer days.")
                               .arg(formatExact(CostCalls::Most))
                         : tr("%1 calls").arg(formatExact(static_cast<std::int64_t>(state.calls->size()))));
}

void CostCallsDialog::explain(const QString& key)
{
    const qsizetype space = key.indexOf(u' ');
    if (space < 0)
        return;
    Q_EMIT explainRequested(key.mid(space + 1));
    close();
}

} // namespace gatehouse::ui
