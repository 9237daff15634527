// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/editor/findbar.h"

#include "ui/pages/query/editor/kqleditor.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostMatches = 1000;

} // namespace

FindBar::FindBar(const Theme& theme, KqlEditor& editor)
    : m_editor(editor)
    , m_input(new QLineEdit)
    , m_count(makeLabel(u"findCount"_s, "caption"))
{
    nameWidget(this, u"findBar"_s, tr("Find in the query"));
    nameWidget(m_input, u"findInput"_s, tr("Text to find"));
    m_input->setPlaceholderText(tr("Find"));
    m_input->installEventFilter(this);
    auto* const close = new QToolButton;
    nameWidget(close, u"findClose"_s, tr("Close"));
    close->setProperty("kind", u"quiet"_s);
    const auto restyle = [close, &theme] { close->setIcon(theme.icon(u"close"_s)); };
    restyle();
    connect(&theme, &Theme::changed, close, restyle);
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(metric::Space2, metric::Space1, metric::Space1, metric::Space1);
    row->setSpacing(metric::Space2);
    row->addWidget(m_input, 1);
    row->addWidget(m_count);
    row->addWidget(close);
    connect(m_input, &QLineEdit::textChanged, this, &FindBar::search);
    connect(close, &QToolButton::clicked, this, &FindBar::closeBar);
    hide();
}

void FindBar::open()
{
    const QString selected = m_editor.textCursor().selectedText();
    show();
    if (!selected.isEmpty() && !selected.contains(QChar::ParagraphSeparator))
        m_input->setText(selected);
    m_input->setFocus(Qt::ShortcutFocusReason);
    m_input->selectAll();
    search();
}

void FindBar::closeBar()
{
    hide();
    m_editor.setMatches({});
    m_editor.setFocus();
}

void FindBar::search()
{
    QList<QTextCursor> matches;
    const QString text = m_input->text();
    QTextCursor from(m_editor.document());
    while (!text.isEmpty() && matches.size() < MostMatches) {
        from = m_editor.document()->find(text, from);
        if (from.isNull())
            break;
        matches.append(from);
    }
    m_editor.setMatches(matches);
    m_count->setText(text.isEmpty()      ? QString()
                     : matches.isEmpty() ? tr("not found")
                                         : tr("%n found", nullptr, static_cast<int>(matches.size())));
}

void FindBar::findNext(bool backwards)
{
    const QString text = m_input->text();
    if (text.isEmpty())
        return;
    const QTextDocument::FindFlags flags =
        backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (m_editor.find(text, flags))
        return;
    QTextCursor again(m_editor.document()); // around the end
    if (backwards)
        again.movePosition(QTextCursor::End);
    m_editor.setTextCursor(again);
    m_editor.find(text, flags);
}

bool FindBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_input && event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    if (watched != m_input || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const auto* const key = static_cast<QKeyEvent*>(event);
    const bool shift = key->modifiers().testFlag(Qt::ShiftModifier);
    switch (key->key()) {
    case Qt::Key_Escape:
        closeBar();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F3:
        findNext(shift);
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

} // namespace gatehouse::ui
