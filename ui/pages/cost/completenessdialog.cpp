// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/completenessdialog.h"

#include "core/usage/money/shown.h"
#include "ui/models/cells.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/completenessbadge.h"
#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

Cell momentCell(DateTime moment)
{
    const QString exact = fromText(formatDateTime(moment));
    return {exact, formatMoment(moment), exact, {}};
}

std::vector<ColumnSpec> faultColumns()
{
    return {
        {CompletenessDialog::tr("Finding"), u"finding"_s, false, 160, {}},
        {CompletenessDialog::tr("About"), u"subject"_s, false, 180, {}},
        {CompletenessDialog::tr("Calls"), u"calls"_s, true, 72, {}},
        {CompletenessDialog::tr("Tokens"), u"tokens"_s, true, 88, {}},
        {CompletenessDialog::tr("Amount"), u"amount"_s, true, 88,
         CompletenessDialog::tr("Where it is known")},
        {CompletenessDialog::tr("First"), u"first"_s, false, 104, {}},
        {CompletenessDialog::tr("What it means"), u"sentence"_s, false, 320, {}},
    };
}

std::vector<Record> faultRecords(const jobs::CostView& view, const Theme& theme)
{
    std::vector<Record> records;
    for (std::size_t i = 0; i < view.faults.size(); ++i) {
        const cost::Fault& fault = view.faults[i];
        Record record;
        record.key = QString::number(i) + u' ' + fromText(fault.subject);
        Cell word = textCell(faultWord(fault.kind));
        word.text.prepend(u"▲ "_s);
        word.color = theme.tokens().warn;
        record.cells.push_back(word);
        record.cells.push_back(
            textCell(fault.subject.empty() ? CompletenessDialog::tr("all calls") : fromText(fault.subject)));
        record.cells.push_back(countCell(fault.calls));
        record.cells.push_back({QVariant::fromValue(static_cast<qint64>(fault.tokens)),
                                formatAmount(static_cast<double>(fault.tokens)),
                                formatExact(fault.tokens),
                                {}});
        const cost::Int128 shown = cost::shownWhole(fault.pico, view.digits);
        record.cells.push_back(
            fault.pico == 0 ? Cell{QVariant(), unknownText(), {}, {}}
                            : Cell{moneyValue(shown, view.digits), formatMoney(shown, view.digits), {}, {}});
        record.cells.push_back(fault.first == DateTime() ? textCell(unknownText()) : momentCell(fault.first));
        const QString sentence = faultSentence(fault);
        record.cells.push_back({sentence, sentence, sentence + u' ', {}});
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<ColumnSpec> gapColumns()
{
    return {
        {CompletenessDialog::tr("Five minutes from"), u"start"_s, false, 170, {}},
        {CompletenessDialog::tr("Gateway log"), u"gateway"_s, true, 104,
         CompletenessDialog::tr("Calls that were forwarded")},
        {CompletenessDialog::tr("Should have tokens"), u"expected"_s, true, 140,
         CompletenessDialog::tr("Of those, the successful ones")},
        {CompletenessDialog::tr("LLM log"), u"llm"_s, true, 88,
         CompletenessDialog::tr("Calls with tokens in the LLM log")},
        {CompletenessDialog::tr("Metrics"), u"metrics"_s, true, 88,
         CompletenessDialog::tr("Calls that succeeded, as the accounts counted")},
        {CompletenessDialog::tr("Missing"), u"missing"_s, true, 88,
         CompletenessDialog::tr("Calls without tokens in the LLM log")},
    };
}

std::vector<Record> gapRecords(const jobs::CostView& view)
{
    std::vector<Record> records;
    for (const cost::CountGap& gap : view.completeness.gaps) {
        Record record;
        record.key = fromText(formatDateTime(gap.start));
        record.cells = {
            momentCell(gap.start),
            countCell(gap.gateway),
            countCell(gap.expected),
            countCell(gap.llm),
            gap.metrics
                ? countCell(*gap.metrics)
                : Cell{QVariant(), unknownText(), CompletenessDialog::tr("Nobody asked the accounts"), {}},
            countCell(gap.expected - gap.llm)};
        records.push_back(std::move(record));
    }
    return records;
}

QString summaryOf(const cost::Completeness& known)
{
    if (known.calls == 0)
        return CompletenessDialog::tr(
            "No calls were looked at since the program began. Press F5 to read the log.");
    QStringList lines{
        CompletenessDialog::tr(
            "%1 calls: %2 measured, %3 estimated, %4 unknown, %5 failed before a model answered.")
            .arg(formatExact(known.calls), formatExact(known.measured), formatExact(known.estimated),
                 formatExact(known.unknown), formatExact(known.none))};
    QStringList lacking = lackingTexts(known);
    lines.append(lacking.isEmpty() ? CompletenessDialog::tr("No row is late, sampled, cut or lacking.")
                                   : CompletenessDialog::tr("Besides: %1.").arg(lacking.join(u", "_s)));
    if (!known.metricsAsked)
        lines.append(CompletenessDialog::tr("The accounts' own metrics were not asked."));
    return lines.join(u' ');
}

} // namespace

CompletenessDialog::CompletenessDialog(const Theme& theme, CostPresenter& presenter, QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_presenter(presenter)
    , m_summary(makeLabel(u"completenessSummary"_s, ""))
    , m_span(makeLabel(u"completenessSpan"_s, "caption"))
    , m_faults(new RecordModel(faultColumns(), this))
    , m_faultTable(new TableView(theme, *m_faults, u"completenessFaults"_s, tr("Findings")))
    , m_sentence(makeLabel(u"completenessSentence"_s, ""))
    , m_gaps(new RecordModel(gapColumns(), this))
    , m_gapTable(new TableView(theme, *m_gaps, u"completenessGaps"_s, tr("Five minutes that differ")))
{
    setWindowTitle(tr("What is missing"));
    nameWidget(this, u"completenessDialog"_s, tr("What is missing"));
    resize(1080, 620);
    m_summary->setWordWrap(true);
    m_faultTable->setEmptyText(tr("The audit found nothing"));
    m_gapTable->setEmptyText(tr("The logs agree in every five minutes"));
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space6);
    column->setSpacing(metric::Space3);
    column->addWidget(m_summary);
    column->addWidget(m_span);
    const auto add = [column](const QString& name, const QString& title, TableView* table, int stretch) {
        column->addWidget(makeLabel(name + u"Title"_s, "strong", title));
        QFrame* const panel = makePanel(name, title);
        auto* const inner = new QVBoxLayout(panel);
        inner->setContentsMargins(1, 1, 1, 1);
        inner->addWidget(table);
        column->addWidget(panel, stretch);
    };
    add(u"completenessFaultsPanel"_s, tr("Findings"), m_faultTable, 3);
    m_sentence->setWordWrap(true);
    column->addWidget(m_sentence);
    connect(m_faultTable->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& now) {
                m_sentence->setText(now.siblingAtColumn(6).data(RecordModel::RawRole).toString());
            });
    add(u"completenessGapsPanel"_s, tr("Gateway log, LLM log and metrics in five minutes, where they differ"),
        m_gapTable, 2);
    auto* const buttons = new QHBoxLayout;
    auto* const price = new QPushButton(tr("Add a price…"));
    nameWidget(price, u"completenessPrice"_s, tr("Add a price for what has none"));
    auto* const done = new QPushButton(tr("Close"));
    nameWidget(done, u"completenessClose"_s, tr("Close"));
    buttons->addWidget(price);
    buttons->addStretch(1);
    buttons->addWidget(done);
    column->addLayout(buttons);
    connect(done, &QPushButton::clicked, this, &QDialog::close);
    connect(price, &QPushButton::clicked, this, [this] {
        const auto state = m_presenter.state();
        Q_EMIT priceRequested(state->view && !state->view->unpriced.empty()
                                  ? fromText(state->view->unpriced.front().model)
                                  : QString());
        close();
    });
    connect(&presenter, &PagePresenter::changed, this, [this, price] {
        const auto state = m_presenter.state();
        price->setVisible(state->view && !state->view->unpriced.empty());
        showState();
    });
    const auto state = presenter.state();
    price->setVisible(state->view && !state->view->unpriced.empty());
    showState();
}

void CompletenessDialog::showState()
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    if (!state->view)
        return;
    const jobs::CostView& view = *state->view;
    m_summary->setText(summaryOf(view.completeness));
    m_span->setText(view.audited ? tr("Looked at: %1 to %2 (times in %3)")
                                       .arg(formatMoment(view.audited->start),
                                            formatMoment(view.audited->end), zoneName())
                                 : tr("Single rows are looked at when the log is read."));
    m_faults->setRecords(faultRecords(view, m_theme));
    if (!m_faultTable->currentIndex().isValid() && !view.faults.empty())
        m_faultTable->setCurrentIndex(m_faultTable->model()->index(0, 0));
    m_gaps->setRecords(gapRecords(view));
}

} // namespace gatehouse::ui
