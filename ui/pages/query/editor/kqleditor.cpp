// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/editor/kqleditor.h"

#include "ui/models/format.h"
#include "ui/pages/query/editor/completionpopup.h"
#include "ui/pages/query/editor/utf8text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QPainter>
#include <QtGui/QTextBlock>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

const QColor& colorOf(kql::language::TokenKind kind, const Tokens& tokens)
{
    using kql::language::TokenKind;
    switch (kind) {
    case TokenKind::Operator:
    case TokenKind::Keyword:
    case TokenKind::Type:
        return tokens.codeOperator;
    case TokenKind::Function:
        return tokens.codeFunction;
    case TokenKind::Table:
        return tokens.codeTable;
    case TokenKind::Text:
        return tokens.codeText;
    case TokenKind::Number:
        return tokens.codeNumber;
    case TokenKind::Comment:
        return tokens.muted;
    default:
        return tokens.text;
    }
}

} // namespace

/// The strip with the line numbers; the editor paints it.
class KqlEditor::Gutter : public QWidget
{
public:
    explicit Gutter(KqlEditor* editor)
        : QWidget(editor)
        , m_editor(editor)
    {
        nameWidget(this, u"editorGutter"_s, KqlEditor::tr("Line numbers"));
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QPainter painter(this);
        m_editor->paintGutter(painter, event->rect());
    }

private:
    KqlEditor* m_editor;
};

KqlEditor::KqlEditor(const Theme& theme, const QueryLanguage& language)
    : m_theme(theme)
    , m_assistant(language)
    , m_gutter(new Gutter(this))
    , m_popup(new CompletionPopup(theme, viewport()))
{
    nameWidget(this, u"queryEditor"_s, tr("Query in KQL"));
    setProperty("kind", u"code"_s);
    setLineWrapMode(NoWrap);
    setFont(codeFont());
    setTabStopDistance(4 * QFontMetricsF(font()).horizontalAdvance(u' '));
    setCursorWidth(2);
    viewport()->setObjectName(u"queryEditorViewport"_s);
    viewport()->setAccessibleName(tr("Query in KQL"));
    connect(this, &QPlainTextEdit::textChanged, this, [this] {
        m_serviceProblem.reset();
        m_assistant.setText(toPlainText());
        updateBlock();
    });
    connect(this, &QPlainTextEdit::blockCountChanged, this, &KqlEditor::placeGutter);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &KqlEditor::updateBlock);
    connect(this, &QPlainTextEdit::updateRequest, this, &KqlEditor::scrollBy);
    connect(&m_assistant, &EditorAssistant::colored, this, [this](const std::vector<ColoredSpan>& spans) {
        m_colors = spans;
        applyColors(m_colors);
    });
    connect(&m_assistant, &EditorAssistant::diagnosed, this, &KqlEditor::updateMarks);
    connect(m_popup, &CompletionPopup::chosen, this, &KqlEditor::insertSuggestion);
    connect(&theme, &Theme::changed, this, &KqlEditor::restyle);
    restyle();
    placeGutter();
}

void KqlEditor::restyle()
{
    applyColors(m_colors);
    updateMarks();
    m_gutter->update();
}

TextSpan KqlEditor::block() const
{
    return m_block;
}

QString KqlEditor::blockText() const
{
    const QTextCursor cursor = textCursor();
    if (cursor.hasSelection())
        return cursor.selectedText().replace(QChar::ParagraphSeparator, u'\n').trimmed();
    return toPlainText().mid(m_block.start, m_block.length).trimmed();
}

TextSpan KqlEditor::blockOf(const QString& text) const
{
    const auto at = static_cast<int>(toPlainText().indexOf(text));
    return at < 0 ? m_block : TextSpan{at, static_cast<int>(text.size())};
}

void KqlEditor::updateBlock()
{
    const TextSpan found = m_assistant.blockAt(textCursor().position());
    const bool moved = found.start != m_block.start || found.length != m_block.length;
    m_block = found;
    updateMarks();
    m_gutter->update();
    viewport()->update();
    if (moved)
        Q_EMIT blockChanged();
}

void KqlEditor::setServiceProblem(const QString& block, const std::optional<TextPosition>& position,
                                  const QString& message)
{
    const TextSpan place = blockOf(block);
    TextProblem problem{place, message};
    if (position) {
        // The service counts characters in a line; where it stands in the text is ours to find.
        int start = 0;
        for (int line = 1; line < position->line && start >= 0; ++line)
            start = static_cast<int>(block.indexOf(u'\n', start)) + 1;
        start = std::clamp(start + position->column - 1, 0, std::max(0, static_cast<int>(block.size()) - 1));
        int end = start + std::max(1, static_cast<int>(position->length));
        if (position->length <= 1) {
            while (end < block.size() && (block[end].isLetterOrNumber() || block[end] == u'_'))
                ++end;
        }
        problem.span = {place.start + start, std::min(end, static_cast<int>(block.size())) - start};
    }
    m_serviceProblem = problem;
    updateMarks();
}

void KqlEditor::clearServiceProblem()
{
    m_serviceProblem.reset();
    updateMarks();
}

void KqlEditor::setMatches(const QList<QTextCursor>& matches)
{
    m_matches = matches;
    updateMarks();
}

QTextCursor KqlEditor::cursorOver(const TextSpan& span) const
{
    const int size = document()->characterCount() - 1;
    QTextCursor cursor(document());
    cursor.setPosition(std::clamp(span.start, 0, size));
    cursor.setPosition(std::clamp(span.start + std::max(1, span.length), 0, size), QTextCursor::KeepAnchor);
    return cursor;
}

void KqlEditor::updateMarks()
{
    const Tokens& tokens = m_theme.tokens();
    QList<QTextEdit::ExtraSelection> marks;
    for (const QTextCursor& match : m_matches) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = match;
        QColor color = tokens.warn;
        color.setAlphaF(0.3F);
        mark.format.setBackground(color);
        marks.append(mark);
    }
    const auto underline = [&](const TextProblem& problem) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = cursorOver(problem.span);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(tokens.bad);
        marks.append(mark);
    };
    for (const TextProblem& problem : m_assistant.problems())
        underline(problem);
    if (m_serviceProblem)
        underline(*m_serviceProblem);
    setExtraSelections(marks);
}

void KqlEditor::applyColors(const std::vector<ColoredSpan>& spans)
{
    std::size_t next = 0;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const int start = block.position();
        const int end = start + block.length() - 1;
        QList<QTextLayout::FormatRange> formats;
        while (next < spans.size() && spans[next].span.start + spans[next].span.length <= start)
            ++next;
        for (std::size_t i = next; i < spans.size() && spans[i].span.start < end; ++i) {
            const int from = std::max(spans[i].span.start, start);
            const int to = std::min(spans[i].span.start + spans[i].span.length, end);
            QTextLayout::FormatRange range;
            range.start = from - start;
            range.length = to - from;
            range.format.setForeground(colorOf(spans[i].kind, m_theme.tokens()));
            formats.append(range);
        }
        if (block.layout()->formats() == formats)
            continue;
        block.layout()->setFormats(formats);
        document()->markContentsDirty(start, block.length());
    }
}

void KqlEditor::addBlock(const QString& text)
{
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    cursor.movePosition(QTextCursor::End);
    const QString before = toPlainText();
    const QString rest = before.trimmed();
    if (rest.isEmpty())
        cursor.select(QTextCursor::Document);
    else
        cursor.insertText(before.endsWith(u"\n\n"_s) ? QString()
                          : before.endsWith(u'\n')   ? u"\n"_s
                                                     : u"\n\n"_s);
    cursor.insertText(text);
    cursor.endEditBlock();
    setTextCursor(cursor);
    ensureCursorVisible();
}

void KqlEditor::insertLine(const TextSpan& block, const QString& line)
{
    const QString text = toPlainText().mid(block.start, block.length);
    qsizetype at = text.size();
    while (at > 0 && text[at - 1].isSpace())
        --at;
    const qsizetype last = text.lastIndexOf(u'\n', at - 1) + 1;
    const QString lastLine = text.mid(last, at - last).trimmed();
    QTextCursor cursor(document());
    if (lastLine.startsWith(u"| render"_s) && last > 0) {
        cursor.setPosition(block.start + static_cast<int>(last));
        cursor.insertText(line + u'\n');
        cursor.movePosition(QTextCursor::PreviousBlock);
        cursor.movePosition(QTextCursor::EndOfBlock);
    } else {
        cursor.setPosition(block.start + static_cast<int>(at));
        cursor.insertText(u'\n' + line);
    }
    setTextCursor(cursor);
    ensureCursorVisible();
}

Status KqlEditor::formatBlock()
{
    const QString text = toPlainText().mid(m_block.start, m_block.length);
    const Result<std::string> formatted = m_assistant.language().format(text.toStdString());
    if (!formatted)
        return fail(formatted.error());
    const QString wanted = fromText(*formatted).trimmed();
    if (wanted == text)
        return {};
    QTextCursor cursor(document());
    cursor.setPosition(m_block.start);
    cursor.setPosition(m_block.start + m_block.length, QTextCursor::KeepAnchor);
    cursor.insertText(wanted);
    setTextCursor(cursor);
    return {};
}

void KqlEditor::toggleComment()
{
    QTextCursor cursor = textCursor();
    const QTextBlock first = document()->findBlock(cursor.selectionStart());
    QTextBlock last = document()->findBlock(cursor.selectionEnd());
    if (cursor.hasSelection() && last != first && cursor.selectionEnd() == last.position())
        last = last.previous(); // the selection ends before the line begins
    bool allComments = true;
    for (QTextBlock line = first; line.isValid() && line.position() <= last.position(); line = line.next())
        allComments =
            allComments && (line.text().trimmed().isEmpty() || line.text().trimmed().startsWith(u"//"_s));
    cursor.beginEditBlock();
    for (QTextBlock line = first; line.isValid() && line.position() <= last.position(); line = line.next()) {
        const QString text = line.text();
        QTextCursor edit(line);
        if (!allComments) {
            if (!text.trimmed().isEmpty())
                edit.insertText(u"// "_s);
            continue;
        }
        const auto at = static_cast<int>(text.indexOf(u"//"_s));
        if (at < 0)
            continue;
        edit.setPosition(line.position() + at);
        edit.setPosition(line.position() + at + (text.mid(at + 2, 1) == u" "_s ? 3 : 2),
                         QTextCursor::KeepAnchor);
        edit.removeSelectedText();
    }
    cursor.endEditBlock();
}

int KqlEditor::gutterWidth() const
{
    const auto digits = static_cast<int>(QString::number(std::max(10, blockCount())).size());
    return metric::Space3 + digits * fontMetrics().horizontalAdvance(u'9') + metric::Space2;
}

void KqlEditor::placeGutter()
{
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const QRect area = contentsRect();
    m_gutter->setGeometry(area.left(), area.top(), gutterWidth(), area.height());
}

void KqlEditor::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    placeGutter();
}

void KqlEditor::scrollBy(const QRect& rect, int dy)
{
    if (dy != 0)
        m_gutter->scroll(0, dy);
    else
        m_gutter->update(0, rect.y(), m_gutter->width(), rect.height());
}

QRectF KqlEditor::areaOf(const QTextBlock& block) const
{
    return blockBoundingGeometry(block).translated(contentOffset());
}

void KqlEditor::paintGutter(QPainter& painter, const QRect& area) const
{
    const Tokens& tokens = m_theme.tokens();
    painter.setFont(font());
    const int current = textCursor().blockNumber();
    for (QTextBlock line = firstVisibleBlock(); line.isValid(); line = line.next()) {
        const QRectF place = areaOf(line);
        if (place.top() > area.bottom())
            break;
        const bool inBlock =
            line.position() >= m_block.start && line.position() <= m_block.start + m_block.length;
        painter.setPen(line.blockNumber() == current ? tokens.text : inBlock ? tokens.muted : tokens.faint);
        painter.drawText(QRectF(0, place.top(), m_gutter->width() - metric::Space2, fontMetrics().height()),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(line.blockNumber() + 1));
    }
    paintBlockMark(painter);
}

void KqlEditor::paintBlockMark(QPainter& painter) const
{
    const QTextBlock first = document()->findBlock(m_block.start);
    const QTextBlock last = document()->findBlock(m_block.start + std::max(0, m_block.length - 1));
    if (!first.isValid() || !last.isValid() || m_block.length == 0)
        return;
    const qreal top = areaOf(first).top();
    const qreal bottom = areaOf(last).bottom();
    painter.fillRect(QRectF(2, top + 1, 3, bottom - top - 2), m_theme.tokens().accent);
}

void KqlEditor::paintEvent(QPaintEvent* event)
{
    {
        QPainter painter(viewport());
        const QRectF line = areaOf(textCursor().block());
        if (hasFocus())
            painter.fillRect(QRectF(0, line.top(), viewport()->width(), line.height()),
                             m_theme.tokens().hover);
    }
    QPlainTextEdit::paintEvent(event);
}

} // namespace gatehouse::ui
