// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/query/editor/assistant.h"

#include <QtWidgets/QPlainTextEdit>

#include <optional>

namespace gatehouse::ui {

class CompletionPopup;
class Theme;

/// The text of the queries: numbered lines, the block at the caret marked, colours, suggestions, errors
/// underlined, explanations on hover. Blocks are separated by blank lines; one block is one query.
class KqlEditor : public QPlainTextEdit
{
    Q_OBJECT
public:
    KqlEditor(const Theme& theme, const QueryLanguage& language);

    void setSchema(std::shared_ptr<const kql::language::Schema> schema)
    {
        m_assistant.setSchema(std::move(schema));
    }

    /// The query at the caret, or what is selected.
    [[nodiscard]] QString blockText() const;
    [[nodiscard]] TextSpan block() const;
    /// The block with this text, or the one at the caret.
    [[nodiscard]] TextSpan blockOf(const QString& text) const;
    /// Underlines what the service did not like about a block that was run; gone with the next change.
    void setServiceProblem(const QString& block, const std::optional<TextPosition>& position,
                           const QString& message);
    void clearServiceProblem();
    [[nodiscard]] const std::vector<TextProblem>& problems() const { return m_assistant.problems(); }
    [[nodiscard]] const std::optional<TextProblem>& serviceProblem() const { return m_serviceProblem; }

    /// Adds a block behind the others (or fills an empty editor) and puts the caret into it.
    void addBlock(const QString& text);
    /// Puts a line into a block, before its render. Can be undone as one step.
    void insertLine(const TextSpan& block, const QString& line);
    /// Formats the block at the caret; the error says why not.
    [[nodiscard]] Status formatBlock();
    /// Makes the selected lines comments, or text again when all of them are.
    void toggleComment();
    void showSuggestions();
    [[nodiscard]] const CompletionPopup& popup() const { return *m_popup; }

    /// Marks what a search found; for the find bar.
    void setMatches(const QList<QTextCursor>& matches);
    [[nodiscard]] int gutterWidth() const;

Q_SIGNALS:
    void runRequested();
    void recallRequested();
    /// The text or the caret came to another block.
    void blockChanged();

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    class Gutter;

    void applyColors(const std::vector<ColoredSpan>& spans);
    void paintGutter(QPainter& painter, const QRect& area) const;
    void paintBlockMark(QPainter& painter) const;
    void updateBlock();
    void updateMarks();
    void placeGutter();
    void restyle();
    void typed(QKeyEvent* event);
    void insertSuggestion(const QString& text);
    void breakLine(bool pipe);
    void scrollBy(const QRect& rect, int dy);
    [[nodiscard]] QRectF areaOf(const QTextBlock& block) const;
    [[nodiscard]] QTextCursor cursorOver(const TextSpan& span) const;

    const Theme& m_theme;
    EditorAssistant m_assistant;
    Gutter* m_gutter;
    CompletionPopup* m_popup;
    TextSpan m_replaced; ///< what a suggestion takes the place of
    TextSpan m_block;
    std::vector<ColoredSpan> m_colors;
    std::optional<TextProblem> m_serviceProblem;
    QList<QTextCursor> m_matches;
};

} // namespace gatehouse::ui
