// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/explainpanel.h"

#include "ui/models/cells.h"
#include "ui/models/recordmodel.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

namespace {

QString stepText(StoryLine::Kind kind)
{
    switch (kind) {
    case StoryLine::Kind::Rule:
        return ExplainPanel::tr("Rule");
    case StoryLine::Kind::Route:
        return ExplainPanel::tr("Route");
    case StoryLine::Kind::Attempt:
        return ExplainPanel::tr("Attempt");
    case StoryLine::Kind::Candidate:
        return ExplainPanel::tr("Not taken");
    case StoryLine::Kind::Result:
        return ExplainPanel::tr("Result");
    case StoryLine::Kind::Remark:
        break;
    }
    return ExplainPanel::tr("Remark");
}

/// A shape and a word, so that it can be told without colours.
QString certaintyText(gateway::Certainty certainty)
{
    switch (certainty) {
    case gateway::Certainty::Logged:
        return QStringLiteral("● ") + ExplainPanel::tr("logged");
    case gateway::Certainty::Inferred:
        return QStringLiteral("◐ ") + ExplainPanel::tr("inferred");
    case gateway::Certainty::Unknown:
        break;
    }
    return QStringLiteral("○ ") + ExplainPanel::tr("unknown");
}

} // namespace

ExplainPanel::ExplainPanel(const Theme& theme, ExplainPresenter& presenter, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
{
    nameWidget(this, QStringLiteral("explainPanel"), tr("Explain a request"));
    build(theme);
    connect(&m_presenter, &ExplainPresenter::changed, this, &ExplainPanel::show);
    show();
}

void ExplainPanel::build(const Theme& theme)
{
    m_id = new QLineEdit;
    nameWidget(m_id, QStringLiteral("explainId"), tr("Correlation id"));
    m_id->setPlaceholderText(tr("Correlation id (x-ms-request-id of the answer)"));
    m_id->setClearButtonEnabled(true);
    m_ask = new QPushButton(tr("Explain"));
    nameWidget(m_ask, QStringLiteral("explainAsk"), tr("Explain this request"));
    m_note = makeLabel(QStringLiteral("explainNote"), "muted");
    m_note->setWordWrap(true);
    m_lines =
        new RecordModel({{tr("Step"), QStringLiteral("step"), false, 90, {}},
                         {tr("Rule or backend"), QStringLiteral("subject"), false, 180, {}},
                         {tr("How sure"), QStringLiteral("certainty"), false, 110,
                          tr("Logged: a log row says so. Inferred: it follows from the log and the setup of "
                             "that time. Unknown: the log does not prove it.")},
                         {tr("Why"), QStringLiteral("why"), false, 520, {}}},
                        this);
    m_table = new TableView(theme, *m_lines, QStringLiteral("explainStory"), tr("The story of the request"));
    m_table->setEmptyText(tr("Enter the correlation id of a request."));

    auto* row = new QHBoxLayout;
    row->addWidget(m_id, 1);
    row->addWidget(m_ask);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, metric::Space3, 0, 0);
    column->setSpacing(metric::Space2);
    column->addLayout(row);
    column->addWidget(m_note);
    column->addWidget(m_table, 1);
    connect(m_id, &QLineEdit::returnPressed, this, &ExplainPanel::ask);
    connect(m_ask, &QPushButton::clicked, this, &ExplainPanel::ask);
}

void ExplainPanel::ask()
{
    if (m_presenter.state().loading)
        m_presenter.cancel();
    else
        m_presenter.explain(m_id->text());
}

void ExplainPanel::showRequest(const QString& id)
{
    m_id->setText(id);
    m_presenter.explain(id);
}

void ExplainPanel::show()
{
    const ExplainState& state = m_presenter.state();
    m_ask->setEnabled(m_presenter.canAsk());
    m_ask->setText(state.loading ? tr("Cancel") : tr("Explain"));
    std::vector<Record> records;
    if (state.story) {
        int number = 0;
        for (const StoryLine& line : storyLines(*state.story))
            records.push_back({QString::number(number++),
                               {},
                               {textCell(stepText(line.kind)), textCell(line.subject),
                                textCell(certaintyText(line.certainty)), textCell(line.text)}});
    }
    m_lines->setRecords(std::move(records));
    QString note;
    if (!m_presenter.canAsk())
        note = tr("This profile has no API Management service, so there is nothing to explain.");
    else if (state.loading)
        note = tr("Reading the log…");
    else if (state.error)
        note = QString::fromStdString(state.error->message + " " + state.error->advice);
    else if (state.story)
        note = QString::fromStdString(state.story->result.sentence);
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

} // namespace gatehouse::ui
