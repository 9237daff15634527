// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/composer.h"

#include "ui/models/format.h"
#include "ui/pages/ask/askpresenter.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtCore/QMimeData>
#include <QtGui/QAbstractTextDocumentLayout>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostLines = 7;

} // namespace

QuestionEdit::QuestionEdit()
{
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            &QuestionEdit::fit);
    fit();
}

void QuestionEdit::fit()
{
    setFixedHeight(sizeHint().height());
}

QSize QuestionEdit::sizeHint() const
{
    // The layout of plain text counts in lines.
    const int lines = std::clamp(static_cast<int>(document()->size().height()), 2, MostLines);
    return {200, lines * fontMetrics().lineSpacing() + 2 * metric::Space2};
}

void QuestionEdit::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !event->modifiers().testFlag(Qt::ShiftModifier)) {
        Q_EMIT sendRequested();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

bool QuestionEdit::canInsertFromMimeData(const QMimeData* source) const
{
    return !source->hasUrls() && QPlainTextEdit::canInsertFromMimeData(source);
}

void QuestionEdit::insertFromMimeData(const QMimeData* source)
{
    if (source->hasText() && !source->hasUrls())
        insertPlainText(source->text());
}

void QuestionEdit::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->ignore(); // files are for the page
    else
        QPlainTextEdit::dragEnterEvent(event);
}

Composer::Composer(const Theme& theme)
    : m_theme(theme)
    , m_edit(new QuestionEdit)
    , m_hint(makeLabel(u"askHint"_s, "caption"))
    , m_attach(new QPushButton(tr("Add documents…")))
    , m_send(new QPushButton(tr("Ask")))
{
    setProperty("panel", true);
    nameWidget(this, u"askComposer"_s, tr("Question"));
    nameWidget(m_edit, u"askQuestion"_s, tr("Your question; Return sends it"));
    nameWidget(m_attach, u"askAttach"_s, tr("Add documents"));
    nameWidget(m_send, u"askSend"_s, tr("Ask"));
    m_edit->setProperty("kind", u"composer"_s);
    m_edit->setPlaceholderText(tr("Ask about your documents"));
    m_attach->setProperty("kind", u"quiet"_s);
    m_send->setProperty("kind", u"primary"_s);
    auto* const row = new QHBoxLayout;
    row->setContentsMargins(metric::Space2, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_hint, 1);
    row->addWidget(m_attach);
    row->addWidget(m_send);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space1, metric::Space1, metric::Space2, metric::Space2);
    column->setSpacing(metric::Space1);
    column->addWidget(m_edit);
    column->addLayout(row);
    connect(m_edit, &QuestionEdit::sendRequested, this, &Composer::sendRequested);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &Composer::showHint);
    connect(m_attach, &QPushButton::clicked, this, &Composer::attachRequested);
    connect(m_send, &QPushButton::clicked, this, [this] {
        if (m_answering)
            Q_EMIT stopRequested();
        else
            Q_EMIT sendRequested();
    });
    connect(&theme, &Theme::changed, this, &Composer::restyle);
    restyle();
    showHint();
}

QString Composer::text() const
{
    return m_edit->toPlainText();
}

void Composer::setText(const QString& text)
{
    m_edit->setPlainText(text);
    m_edit->moveCursor(QTextCursor::End);
}

void Composer::restyle()
{
    m_attach->setIcon(m_theme.icon(u"plus"_s));
    m_send->setIcon(m_theme.icon(m_answering ? u"close"_s : u"play"_s, m_theme.tokens().onAccent));
}

void Composer::setAnswering(bool answering)
{
    m_answering = answering;
    m_send->setText(answering ? tr("Stop") : tr("Ask"));
    m_send->setAccessibleName(answering ? tr("Stop the answer") : tr("Ask"));
    setPlainToolTip(m_send, answering ? tr("Stop the answer (Esc)") : tr("Ask (Return)"));
    restyle();
    showHint();
}

void Composer::setBlocked(const QString& why)
{
    m_blocked = why;
    m_attach->setEnabled(why.isEmpty());
    showHint();
}

void Composer::setProblem(const QString& text)
{
    m_problem = text;
    showHint();
    m_problem.clear(); // the next key takes it away
}

void Composer::showHint()
{
    const qsizetype size = m_edit->document()->characterCount() - 1;
    const bool tooLong = size > AskPresenter::MaxQuestion;
    QString hint =
        m_answering ? tr("Esc stops the answer") : tr("Return asks · Shift+Return starts a new line");
    const char* mood = "";
    if (!m_problem.isEmpty() || !m_blocked.isEmpty()) {
        hint = m_problem.isEmpty() ? m_blocked : m_problem;
        mood = m_problem.isEmpty() ? "" : "bad";
    } else if (size > AskPresenter::MaxQuestion - 2000) {
        hint = tr("%1 of %2 characters").arg(formatExact(size), formatExact(AskPresenter::MaxQuestion));
        mood = tooLong ? "bad" : "";
    }
    m_hint->setText(hint);
    m_hint->setProperty("mood", QString::fromLatin1(mood));
    m_hint->style()->unpolish(m_hint);
    m_hint->style()->polish(m_hint);
    m_send->setEnabled(m_answering || (m_blocked.isEmpty() && !tooLong));
}

} // namespace gatehouse::ui
