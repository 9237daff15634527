// SPDX-License-Identifier: GPL-3.0-or-later
// What the keys and the pointer do in the editor.
#include "ui/models/format.h"
#include "ui/pages/query/editor/completionpopup.h"
#include "ui/pages/query/editor/kqleditor.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QTextBlock>
#include <QtWidgets/QToolTip>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int LongestAtOnce = 1 << 16; ///< longer texts get suggestions on Ctrl+Space only

bool isRun(const QKeyEvent& event)
{
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    return event.key() == Qt::Key_F5 || (enter && event.modifiers().testFlag(Qt::ShiftModifier));
}

bool isOurs(const QKeyEvent& event)
{
    return isRun(event) || event.key() == Qt::Key_F8 ||
           (event.key() == Qt::Key_Space && event.modifiers() == Qt::ControlModifier) ||
           (event.key() == Qt::Key_Slash && event.modifiers() == Qt::ControlModifier);
}

bool startsWord(QChar c)
{
    return c.isLetter() || c == u'_';
}

} // namespace

bool KqlEditor::event(QEvent* event)
{
    // Keys that the window or the page would take otherwise.
    if (event->type() == QEvent::ShortcutOverride) {
        auto* const key = static_cast<QKeyEvent*>(event);
        if (isOurs(*key) || (m_popup->isVisible() && key->key() == Qt::Key_Escape)) {
            event->accept();
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

void KqlEditor::keyPressEvent(QKeyEvent* event)
{
    const bool plain = event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
    if (m_popup->isVisible() && plain && m_popup->takeKey(event->key()))
        return;
    if (isRun(*event)) {
        m_popup->hide();
        Q_EMIT runRequested();
        return;
    }
    if (event->key() == Qt::Key_F8) {
        Q_EMIT recallRequested();
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        showSuggestions();
        return;
    }
    if (event->key() == Qt::Key_Slash && event->modifiers() == Qt::ControlModifier) {
        toggleComment();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        breakLine(event->modifiers().testFlag(Qt::ControlModifier));
        return;
    }
    if (event->key() == Qt::Key_Tab && !textCursor().hasSelection()) {
        insertPlainText(u"    "_s);
        return;
    }
    typed(event);
}

void KqlEditor::typed(QKeyEvent* event)
{
    QPlainTextEdit::keyPressEvent(event);
    const QString text = event->text();
    const bool popupOpen = m_popup->isVisible();
    const bool word = !text.isEmpty() && (startsWord(text.front()) || (popupOpen && text.front().isDigit()));
    const bool erased = event->key() == Qt::Key_Backspace;
    const bool asked = word || text == u"|"_s || (text == u" "_s && popupOpen) || (popupOpen && erased);
    if (asked && document()->characterCount() < LongestAtOnce)
        showSuggestions();
    else if (!text.isEmpty() || event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
        m_popup->hide();
}

void KqlEditor::showSuggestions()
{
    EditorAssistant::Suggestions found = m_assistant.suggestionsAt(textCursor().position());
    m_replaced = found.replaced;
    // A word that is complete needs no list.
    const QString typedWord = toPlainText().mid(found.replaced.start, found.replaced.length);
    if (found.items.size() == 1 && fromText(found.items.front().insert) == typedWord)
        found.items.clear();
    QTextCursor start(document());
    start.setPosition(std::clamp(found.replaced.start, 0, document()->characterCount() - 1));
    m_popup->showItems(std::move(found.items), cursorRect(start));
}

void KqlEditor::insertSuggestion(const QString& text)
{
    QTextCursor cursor(document());
    cursor.setPosition(m_replaced.start);
    cursor.setPosition(m_replaced.start + m_replaced.length, QTextCursor::KeepAnchor);
    cursor.insertText(text);
    setTextCursor(cursor);
}

void KqlEditor::breakLine(bool pipe)
{
    m_popup->hide();
    QTextCursor cursor = textCursor();
    const QString line = cursor.block().text().left(cursor.positionInBlock());
    qsizetype indent = 0;
    while (indent < line.size() && line[indent].isSpace())
        ++indent;
    cursor.insertText(u'\n' + line.left(indent) + (pipe ? u"| "_s : QString()));
    setTextCursor(cursor);
    ensureCursorVisible();
    if (pipe)
        showSuggestions();
}

void KqlEditor::focusOutEvent(QFocusEvent* event)
{
    m_popup->hide();
    QPlainTextEdit::focusOutEvent(event);
}

bool KqlEditor::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QPlainTextEdit::viewportEvent(event);
    const auto* const help = static_cast<QHelpEvent*>(event);
    const int position = cursorForPosition(help->pos()).position();
    const auto covers = [position](const TextProblem& problem) {
        return position >= problem.span.start &&
               position <= problem.span.start + std::max(1, problem.span.length);
    };
    QString text;
    if (m_serviceProblem && covers(*m_serviceProblem))
        text = m_serviceProblem->message;
    for (const TextProblem& problem : m_assistant.problems()) {
        if (text.isEmpty() && covers(problem))
            text = problem.message;
    }
    if (text.isEmpty() && document()->characterCount() < LongestAtOnce) {
        if (const auto hover = m_assistant.hoverAt(position))
            text = fromText(hover->title) + u'\n' + fromText(hover->text);
    }
    if (text.trimmed().isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), plainToolTip(text).replace(u'\n', u"<br>"_s), this);
    return true;
}

} // namespace gatehouse::ui
