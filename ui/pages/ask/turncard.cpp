// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/turncard.h"

#include "ui/models/format.h"
#include "ui/pages/ask/answerview.h"
#include "ui/pages/ask/askstate.h"
#include "ui/pages/ask/asktext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QPushButton* makeLink(const QString& objectName, const QString& text, const QString& accessibleName)
{
    auto* const button = new QPushButton(text);
    nameWidget(button, objectName, accessibleName);
    button->setProperty("kind", u"link"_s);
    return button;
}

} // namespace

TurnCard::TurnCard(const Theme& theme, std::size_t number)
    : m_number(number)
{
    build(theme);
}

void TurnCard::build(const Theme& theme)
{
    const QString id = u"turn"_s + QString::number(m_number);
    nameWidget(this, id, tr("Question %1 and its answer").arg(m_number + 1));
    setProperty("turn", u"plain"_s);
    m_asked = makeLabel(id + u"Asked"_s, "caption");
    m_question = new AnswerView(theme, id + u"Question"_s, tr("Question"));
    m_state = makeLabel(id + u"State"_s, "captionStrong");
    m_answer = new AnswerView(theme, id + u"Answer"_s, tr("Answer"));
    m_facts = new ElidedLabel;
    m_facts->setObjectName(id + u"Facts"_s);
    m_facts->setProperty("role", u"caption"_s);
    m_problem = new QFrame;
    nameWidget(m_problem, id + u"Problem"_s, tr("Why there is no whole answer"));
    m_problemTitle = makeLabel(id + u"ProblemTitle"_s, "strong");
    m_problemText = makeLabel(id + u"ProblemText"_s, "");
    m_problemText->setWordWrap(true);
    m_again = makeLink(id + u"Again"_s, tr("Ask again"), tr("Ask this question again"));
    m_details = makeLink(id + u"Details"_s, tr("Copy details"), tr("Copy the details of the error"));
    m_copy = makeLink(id + u"Copy"_s, tr("Copy"), tr("Copy the answer"));
    m_sources =
        makeLink(id + u"Sources"_s, tr("What it was made from"), tr("Show what this answer was made from"));

    auto* const asked = new QFrame;
    nameWidget(asked, id + u"Asking"_s, tr("Question"));
    asked->setProperty("surface", u"code"_s);
    auto* const askedColumn = new QVBoxLayout(asked);
    askedColumn->setContentsMargins(metric::Space3, metric::Space2, metric::Space3, metric::Space2);
    askedColumn->setSpacing(2);
    askedColumn->addWidget(m_asked);
    askedColumn->addWidget(m_question);

    auto* const problemColumn = new QVBoxLayout(m_problem);
    problemColumn->setContentsMargins(metric::Space3, metric::Space2, metric::Space3, metric::Space2);
    problemColumn->setSpacing(2);
    problemColumn->addWidget(m_problemTitle);
    problemColumn->addWidget(m_problemText);
    auto* const problemRow = new QHBoxLayout;
    problemRow->setSpacing(metric::Space3);
    problemRow->addWidget(m_again);
    problemRow->addWidget(m_details);
    problemRow->addStretch(1);
    problemColumn->addLayout(problemRow);

    auto* const foot = new QHBoxLayout;
    foot->setSpacing(metric::Space3);
    foot->addWidget(m_facts, 1);
    foot->addWidget(m_copy);
    foot->addWidget(m_sources);

    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space3, metric::Space3, metric::Space3, metric::Space2);
    column->setSpacing(metric::Space2);
    column->addWidget(asked);
    column->addWidget(m_state);
    column->addWidget(m_answer);
    column->addWidget(m_problem);
    column->addLayout(foot);

    connect(m_answer, &AnswerView::citationChosen, this, &TurnCard::citationChosen);
    connect(m_answer, &AnswerView::linkChosen, this, &TurnCard::linkChosen);
    connect(m_again, &QPushButton::clicked, this, &TurnCard::askAgainRequested);
    connect(m_sources, &QPushButton::clicked, this, &TurnCard::selected);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(
            copiedText(m_done ? m_turn.answer : m_answer->given().toStdString()));
        Q_EMIT told(tr("Copied"));
    });
    connect(m_details, &QPushButton::clicked, this, [this] {
        if (m_turn.error)
            QGuiApplication::clipboard()->setText(copiedText(m_turn.error->details()));
        Q_EMIT told(tr("Copied"));
    });
}

void TurnCard::showQuestion(const rag::Turn& turn)
{
    if (std::exchange(m_questionShown, true))
        return;
    m_asked->setText(tr("You · %1").arg(formatMoment(turn.asked, true)));
    m_question->setPlain(fromText(turn.question));
}

void TurnCard::setState(const QString& text, const char* role)
{
    m_state->setVisible(!text.isEmpty());
    m_state->setText(text);
    m_state->setProperty("mood", QString::fromLatin1(role));
    m_state->style()->unpolish(m_state);
    m_state->style()->polish(m_state);
}

QString TurnCard::stateText() const
{
    return m_state->text();
}

void TurnCard::showRunning(const rag::Turn& turn, bool stopping)
{
    showQuestion(turn);
    const bool any = !turn.answer.empty();
    setState(stopping ? tr("◐ Stopping…")
             : any    ? tr("◐ Writing…")
             : turn.grounding.passages.empty()
                 ? tr("◐ Searching the documents…")
                 : tr("◐ Reading %1 passages…").arg(turn.grounding.passages.size()),
             "");
    m_problem->hide();
    m_facts->setFullText({});
    m_copy->setVisible(any);
    m_sources->setVisible(!turn.grounding.passages.empty());
    m_answer->setVisible(any);
}

void TurnCard::append(const QString& text)
{
    if (!m_answer->isVisibleTo(this)) {
        m_answer->show();
        m_copy->show();
        setState(tr("◐ Writing…"), "");
    }
    m_answer->append(text);
}

void TurnCard::showDone(const rag::Turn& turn, bool repeatable)
{
    m_again->setVisible(repeatable);
    if (m_done)
        return;
    m_done = true;
    showQuestion(turn);
    m_turn = turn;
    const QString answer = fromText(turn.answer);
    const auto proven = [this](int marker) { return m_turn.cited(marker) != nullptr; };
    // What streamed in is kept: drawing it again would let the page jump.
    if (!answer.isEmpty() && m_answer->given() == answer)
        m_answer->finish(proven);
    else
        m_answer->setAnswer(answer, proven);
    m_answer->setVisible(!answer.isEmpty());
    if (turn.refused())
        setState(tr("○ The documents do not say"), "warn");
    else if (turn.error && turn.error->cancelled())
        setState(tr("– Stopped"), "");
    else if (!turn.error && turn.answer.empty())
        setState(tr("– The service sent no text"), "");
    else if (!turn.error && !turn.facts.endConfirmed)
        setState(tr("▲ End not confirmed: the text just stopped, so this may not be all of it"), "warn");
    else
        setState(!turn.error && turn.facts.simulated == true ? tr("● Answer of a simulated model")
                                                             : QString(),
                 "");
    const bool failed = turn.error && !turn.error->cancelled();
    m_problem->setVisible(failed);
    if (failed) {
        const bool asked =
            turn.error->kind == Error::Kind::InvalidInput || turn.error->kind == Error::Kind::Throttled;
        m_problem->setProperty("notice", asked ? u"warn"_s : u"bad"_s);
        m_problem->style()->unpolish(m_problem);
        m_problem->style()->polish(m_problem);
        m_problemTitle->setText(
            u"▲ "_s + (turn.answer.empty() ? askProblemTitle(*turn.error) : tr("The answer broke off")));
        QString text = fromText(rag::visibleText(turn.error->message + " " + turn.error->advice)).left(1000);
        if (turn.error->retryAfter)
            text +=
                u' ' + tr("It may be asked again in %1.")
                           .arg(formatSpan(std::chrono::ceil<std::chrono::seconds>(*turn.error->retryAfter)));
        if (!turn.answer.empty())
            text += u' ' + tr("What came until then stands above; it is not the whole answer.");
        m_problemText->setText(text);
    }
    m_facts->setFullText(briefFacts(turn.facts));
    m_copy->setVisible(!answer.isEmpty());
    m_sources->setVisible(true);
}

void TurnCard::setSelected(bool selected)
{
    const QString wanted = selected ? u"chosen"_s : u"plain"_s;
    if (property("turn").toString() == wanted)
        return;
    setProperty("turn", wanted);
    style()->unpolish(this);
    style()->polish(this);
}

void TurnCard::mousePressEvent(QMouseEvent* event)
{
    QFrame::mousePressEvent(event);
    Q_EMIT selected();
}

} // namespace gatehouse::ui
