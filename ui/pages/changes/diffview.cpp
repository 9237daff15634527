// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/changes/diffview.h"

#include "ui/models/changetext.h"
#include "ui/models/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QTextBlock>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using Kind = DiffLine::Kind;

namespace {

/// Beyond these a text is no longer read but searched, and layout takes longer than a frame.
constexpr std::size_t MostLines = 2'000;
constexpr qsizetype LongestLine = 2'000;

QString shownLine(const DiffLine& line)
{
    if (line.kind == Kind::Gap)
        return line.hidden == 1 ? DiffView::tr("  … 1 unchanged line")
                                : DiffView::tr("  … %n unchanged lines", nullptr, line.hidden);
    QString text = fromText(line.text);
    if (const qsizetype cut = text.size() - LongestLine; cut > 0)
        text = text.left(LongestLine) + DiffView::tr(" … %n more characters", nullptr, static_cast<int>(cut));
    const auto mark = line.kind == Kind::Added ? "+ "_L1 : line.kind == Kind::Removed ? "- "_L1 : "  "_L1;
    return mark + text;
}

QColor soft(QColor color, bool dark)
{
    color.setAlphaF(dark ? 0.20F : 0.13F);
    return color;
}

} // namespace

DiffView::DiffView(const Theme& theme, const QString& objectName, const QString& accessibleName)
    : m_theme(theme)
{
    nameWidget(this, objectName, accessibleName);
    setProperty("kind", u"code"_s);
    setFont(codeFont());
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    // What differs is often at the end of a long line, such as an attribute of a policy.
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setUndoRedoEnabled(false);
    setFrameShape(NoFrame);
    connect(&theme, &Theme::changed, this, &DiffView::render);
}

void DiffView::setVersions(const std::optional<Json>& before, const std::optional<Json>& after)
{
    if (m_shown && before == m_before && after == m_after)
        return;
    m_shown = true;
    m_before = before;
    m_after = after;
    m_lines = documentDiff(before, after);
    const auto added = std::ranges::count(m_lines, Kind::Added, &DiffLine::kind);
    const auto removed = std::ranges::count(m_lines, Kind::Removed, &DiffLine::kind);
    m_summary = m_lines.empty() ? tr("no difference") : u"+%1 -%2"_s.arg(added).arg(removed);
    setAccessibleDescription(tr("%1 lines come, %2 lines go").arg(added).arg(removed));
    if (m_lines.size() > MostLines) {
        DiffLine rest;
        rest.kind = Kind::Gap;
        rest.hidden = static_cast<int>(m_lines.size() - MostLines);
        m_lines.resize(MostLines);
        m_lines.push_back(std::move(rest));
    }
    render();
}

void DiffView::render()
{
    const Tokens& tokens = m_theme.tokens();
    clear();
    if (!m_shown)
        return;
    QTextCharFormat characters;
    characters.setForeground(tokens.muted);
    QTextCursor cursor(document());
    if (m_lines.empty()) {
        cursor.insertText(m_before == m_after ? tr("  Nothing differs.") : tr("  Only line ends differ."),
                          characters);
        return;
    }
    cursor.beginEditBlock();
    bool first = true;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const DiffLine& line = m_lines[i];
        QTextBlockFormat block;
        if (line.kind == Kind::Added)
            block.setBackground(soft(tokens.good, tokens.dark));
        else if (line.kind == Kind::Removed)
            block.setBackground(soft(tokens.bad, tokens.dark));
        characters.setForeground(line.kind == Kind::Gap ? tokens.faint : tokens.text);
        if (first)
            cursor.setBlockFormat(block);
        else
            cursor.insertBlock(block);
        first = false;
        const bool isRest = i == MostLines;
        cursor.insertText(
            isRest ? tr("  … %n more lines that differ", nullptr, line.hidden) : shownLine(line), characters);
    }
    cursor.endEditBlock();
    moveCursor(QTextCursor::Start);
}

} // namespace gatehouse::ui
