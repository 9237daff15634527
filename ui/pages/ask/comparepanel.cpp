// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/comparepanel.h"

#include "ui/models/cells.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/ask/answerprices.h"
#include "ui/pages/ask/answerview.h"
#include "ui/pages/ask/askstate.h"
#include "ui/pages/ask/asktext.h"
#include "ui/pages/ask/composer.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString stateOf(const CompareColumn& column)
{
    if (column.running)
        return ComparePanel::tr("◐ Writing…");
    if (column.turn.error)
        return (column.turn.error->cancelled() ? u"– "_s : u"▲ "_s) + askProblemTitle(*column.turn.error);
    QString text = column.turn.refused()            ? ComparePanel::tr("○ The documents do not say")
                   : column.turn.facts.endConfirmed ? ComparePanel::tr("● Answered")
                                                    : ComparePanel::tr("▲ End not confirmed");
    if (column.turn.facts.simulated == true)
        text += ComparePanel::tr(" · simulated model");
    return text;
}

/// What is compared, line by line.
QString measureOf(const CompareColumn& column, int line, const AnswerPrices& prices)
{
    const rag::AnswerFacts& facts = column.turn.facts;
    const QString unknown = ComparePanel::tr("unknown");
    switch (line) {
    case 0:
        return stateOf(column);
    case 1:
        if (column.answeredElsewhere())
            return ComparePanel::tr("▲ answered by %1 instead").arg(shownName(facts.backend));
        return facts.backend.empty() ? unknown : shownName(facts.backend);
    case 2:
        return facts.model.empty() ? unknown : shownName(facts.model);
    case 3:
        return facts.attempts ? QString::number(*facts.attempts) : unknown;
    case 4:
        return facts.firstToken ? formatMilliseconds(static_cast<double>(facts.firstToken->count()))
                                : unknown;
    case 5:
        return formatMilliseconds(static_cast<double>(facts.total.count()));
    case 6:
        return tokensText(facts.usage);
    case 7:
        return prices.costText(facts);
    case 8:
        return QString::number(facts.citations.size());
    default:
        return column.sameWords ? formatShare(column.sameWords) : unknownText();
    }
}

} // namespace

ComparePanel::ComparePanel(const Theme& theme, ComparePresenter& presenter, const AnswerPrices& prices)
    : m_presenter(presenter)
    , m_prices(prices)
    , m_question(new QuestionEdit)
    , m_run(new QPushButton(tr("Compare")))
    , m_note(makeLabel(u"compareNote"_s, "caption"))
    , m_model(new RecordModel({{tr("What"), u"what"_s, false, 150, {}},
                               {tr("First"), u"first"_s, false, 220, {}},
                               {tr("Second"), u"second"_s, false, 220, {}},
                               {tr("Third"), u"third"_s, false, 220, {}}},
                              this))
    , m_table(new TableView(theme, *m_model, u"compareDifferences"_s, tr("What differs between the answers")))
{
    build(theme);
    connect(&presenter, &ComparePresenter::targetsChanged, this, &ComparePanel::fillTargets);
    connect(&presenter, &ComparePresenter::started, this, &ComparePanel::restart);
    connect(&presenter, &ComparePresenter::changed, this, &ComparePanel::show);
    connect(&presenter, &ComparePresenter::grew, this,
            [this](std::size_t column, const QString& text) { m_columns[column].answer->append(text); });
    fillTargets();
    show();
}

QFrame* ComparePanel::buildColumn(const Theme& theme, std::size_t number)
{
    const QString id = u"compare"_s + QString::number(number);
    Column& column = m_columns[number];
    column.frame = makePanel(id, tr("Answer %1").arg(number + 1));
    column.target = new QComboBox;
    nameWidget(column.target, id + u"Target"_s, tr("Who is asked: an endpoint, or the name of a deployment"));
    column.target->setEditable(true);
    column.target->setInsertPolicy(QComboBox::NoInsert);
    nameWidget(column.target->lineEdit(), id + u"TargetText"_s, column.target->accessibleName());
    column.target->lineEdit()->setMaxLength(100);
    column.target->lineEdit()->setPlaceholderText(number < 2 ? tr("Endpoint or deployment")
                                                             : tr("Nobody else"));
    column.target->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    column.state = makeLabel(id + u"State"_s, "captionStrong");
    column.answer = new AnswerView(theme, id + u"Answer"_s, tr("Answer %1").arg(number + 1));
    connect(column.answer, &AnswerView::linkChosen, this, &ComparePanel::linkChosen);
    auto* const inner = new QWidget;
    nameWidget(inner, id + u"Inner"_s, tr("Answer"));
    auto* const innerColumn = new QVBoxLayout(inner);
    innerColumn->setContentsMargins(0, 0, metric::Space2, 0);
    innerColumn->addWidget(column.answer);
    innerColumn->addStretch(1);
    auto* const scroll = new QScrollArea;
    nameWidget(scroll, id + u"Scroll"_s, tr("Answer %1").arg(number + 1));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    scroll->viewport()->setAutoFillBackground(false);
    auto* const layout = new QVBoxLayout(column.frame);
    layout->setContentsMargins(metric::Space3, metric::Space2, metric::Space1, metric::Space2);
    layout->setSpacing(metric::Space2);
    layout->addWidget(column.target);
    layout->addWidget(column.state);
    layout->addWidget(scroll, 1);
    return column.frame;
}

void ComparePanel::build(const Theme& theme)
{
    nameWidget(this, u"comparePanel"_s, tr("Compare"));
    nameWidget(m_question, u"compareQuestion"_s, tr("The question for all; Return compares"));
    nameWidget(m_run, u"compareRun"_s, tr("Ask all of them"));
    m_question->setPlaceholderText(tr("One question for two or three endpoints or deployments"));
    m_question->setProperty("kind", u"composer"_s);
    m_run->setProperty("kind", u"primary"_s);
    m_note->setWordWrap(true);
    m_note->setText(
        tr("The question goes out without the conversation and tagged as test traffic, which is left out of "
           "chargeback. One endpoint is reached by a routing rule for the task gatehouse-test:<endpoint>; "
           "without it the gateway chooses, and the table says who answered."));
    QFrame* const asking = makePanel(u"compareAsking"_s, tr("Question"));
    auto* const askingRow = new QHBoxLayout(asking);
    askingRow->setContentsMargins(metric::Space1, metric::Space1, metric::Space2, metric::Space1);
    askingRow->addWidget(m_question, 1);
    askingRow->addWidget(m_run, 0, Qt::AlignBottom);
    auto* const columns = new QHBoxLayout;
    columns->setSpacing(metric::Space3);
    for (std::size_t number = 0; number < m_columns.size(); ++number)
        columns->addWidget(buildColumn(theme, number), 1);
    m_table->setFixedHeight(11 * metric::RowHeight + 4);
    m_table->setEmptyText(tr("Who answered, how fast and with how many tokens stands here."));
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addWidget(asking);
    column->addWidget(m_note);
    column->addLayout(columns, 1);
    column->addWidget(m_table);
    connect(m_question, &QuestionEdit::sendRequested, this, &ComparePanel::run);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_presenter.running())
            m_presenter.stop();
        else
            run();
    });
}

void ComparePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_presenter.loadTargets();
}

void ComparePanel::fillTargets()
{
    for (std::size_t number = 0; number < m_columns.size(); ++number) {
        QComboBox& combo = *m_columns[number].target;
        const QString typed = combo.currentText();
        combo.clear();
        for (const CompareTarget& target : m_presenter.targets())
            combo.addItem(shownName(target.label.toStdString()));
        combo.setCurrentText(typed);
        const auto& targets = m_presenter.targets();
        if (typed.isEmpty() && number < 2 && targets.size() > number + 1)
            combo.setCurrentIndex(static_cast<int>(number) + 1);
        else if (typed.isEmpty())
            combo.setCurrentIndex(number == 0 ? 0 : -1);
    }
}

void ComparePanel::run()
{
    std::vector<CompareTarget> targets;
    for (const Column& column : m_columns) {
        if (!column.target->currentText().trimmed().isEmpty())
            targets.push_back(m_presenter.targetOf(column.target->currentText()));
    }
    if (const Status done = m_presenter.compare(m_question->toPlainText(), targets); !done)
        Q_EMIT told(fromText(done.error().message + " " + done.error().advice));
}

void ComparePanel::restart()
{
    for (Column& column : m_columns) {
        column.answer->setPlain({});
        column.done = false;
    }
    show();
}

void ComparePanel::showColumn(std::size_t number)
{
    Column& shown = m_columns[number];
    if (number >= m_presenter.columns().size()) {
        shown.state->setText({});
        return;
    }
    const CompareColumn& column = m_presenter.columns()[number];
    shown.state->setText(stateOf(column));
    if (column.running || std::exchange(shown.done, true))
        return;
    QString text = fromText(column.turn.answer);
    if (column.turn.error && !column.turn.error->cancelled())
        text += (text.isEmpty() ? QString() : u"\n\n"_s) +
                fromText(column.turn.error->message + " " + column.turn.error->advice);
    shown.answer->setAnswer(text, [turn = column.turn](int marker) { return turn.cited(marker) != nullptr; });
}

void ComparePanel::show()
{
    const bool running = m_presenter.running();
    m_run->setText(running ? tr("Stop") : tr("Compare"));
    m_run->setEnabled(m_presenter.offered());
    for (std::size_t number = 0; number < m_columns.size(); ++number)
        showColumn(number);
    showDifferences();
}

void ComparePanel::showDifferences()
{
    const QStringList names{
        tr("State"), tr("Endpoint"), tr("Model"), tr("Attempts"),     tr("First token"),
        tr("Total"), tr("Tokens"),   tr("Cost"),  tr("Cited places"), tr("Words that the first has too")};
    std::vector<Record> records;
    if (!m_presenter.columns().empty()) {
        for (int line = 0; line < names.size(); ++line) {
            Record record;
            record.key = QString::number(line);
            record.cells.push_back(textCell(names[line]));
            for (std::size_t number = 0; number < m_columns.size(); ++number) {
                const bool any = number < m_presenter.columns().size();
                const bool known = any && (line == 0 || !m_presenter.columns()[number].running);
                record.cells.push_back(textCell(!any ? QString()
                                                : known
                                                    ? measureOf(m_presenter.columns()[number], line, m_prices)
                                                    : u"…"_s));
            }
            records.push_back(std::move(record));
        }
    }
    m_model->setRecords(std::move(records));
}

} // namespace gatehouse::ui
