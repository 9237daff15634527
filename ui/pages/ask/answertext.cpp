// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/answertext.h"

#include <QtCore/QList>

#include <algorithm>
#include <array>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

bool within(char32_t c, char32_t first, char32_t last)
{
    return c >= first && c <= last;
}

bool isMark(char32_t c)
{
    const QChar::Category category = QChar::category(c);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing ||
           category == QChar::Mark_SpacingCombining;
}

void push(QString& out, char32_t c)
{
    if (QChar::requiresSurrogates(c)) {
        out += QChar(QChar::highSurrogate(c));
        out += QChar(QChar::lowSurrogate(c));
    } else {
        out += QChar(static_cast<char16_t>(c));
    }
}

/// Of a fence: its characters at the beginning of a line; "" for no fence.
QString fenceOf(QStringView line)
{
    qsizetype at = 0;
    while (at < line.size() && at < 4 && line[at] == u' ')
        ++at;
    if (at > 3 || at >= line.size() || (line[at] != u'`' && line[at] != u'~'))
        return {};
    qsizetype end = at;
    while (end < line.size() && line[end] == line[at])
        ++end;
    return end - at >= 3 ? line.mid(at, end - at).toString() : QString();
}

/// "- ", "* ", "+ ", "12. ", "3) " behind any indentation.
bool startsItem(QStringView line)
{
    const QStringView text = line.trimmed();
    if (text.isEmpty())
        return false;
    if (text[0] == u'-' || text[0] == u'*' || text[0] == u'+')
        return text.size() == 1 || text[1] == u' ' || text[1] == u'\t';
    qsizetype digits = 0;
    while (digits < text.size() && text[digits].isDigit())
        ++digits;
    return digits > 0 && digits < 10 && digits < text.size() &&
           (text[digits] == u'.' || text[digits] == u')');
}

bool isBlank(QStringView line)
{
    return line.trimmed().isEmpty();
}

/// The 256 characters that it is among; 0 for those that every text may have; scripts that a single font
/// draws count as one.
int pageOf(QChar c)
{
    const int page = c.unicode() >> 8U;
    const bool han = page >= 0x34 && page <= 0x9F;
    const bool hangul = page >= 0xAC && page <= 0xD7;
    constexpr std::array Common{0x00, 0x01, 0x02, 0x03, 0x04,   0x20,   0x21,  0x22,
                                0x25, 0x26, 0x27, 0xFE, 0xD83C, 0xD83D, 0xD83E};
    const int key = c.isHighSurrogate() ? c.unicode() : page;
    if (std::find(Common.begin(), Common.end(), key) != Common.end())
        return 0;
    return han ? 0x4E : hangul ? 0xAC : c.isLowSurrogate() ? 0 : c.isHighSurrogate() ? c.unicode() : page;
}

/// "|---|:-:|", below the head of a table.
bool isRuler(QStringView line)
{
    return line.contains(u'-') && std::all_of(line.begin(), line.end(), [](QChar c) {
               return c == u'|' || c == u'-' || c == u':' || c.isSpace();
           });
}

/// How deep one line alone opens quotations and lists: "> > - - 1. text" is 5.
int depthOf(QStringView line)
{
    int depth = 0;
    qsizetype at = 0;
    while (at < line.size()) {
        const QChar c = line[at];
        if (c == u' ' || c == u'\t' || c.isDigit() || c == u'.' || c == u')') {
            ++at;
        } else if (c == u'>' || ((c == u'-' || c == u'*' || c == u'+') &&
                                 (at + 1 == line.size() || line[at + 1].isSpace()))) {
            ++depth;
            ++at;
        } else {
            break;
        }
    }
    return depth;
}

} // namespace

void AnswerText::add(QString& out, char32_t c)
{
    const bool afterReturn = std::exchange(m_carriageReturn, c == U'\r');
    if (c == U'\n' && afterReturn)
        return;
    if (c == U'\n' || c == U'\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029) {
        m_word = m_marks = 0;
        out += u'\n';
        return;
    }
    if (c == U'\t') {
        m_word = m_marks = 0;
        out += u'\t';
        return;
    }
    if (c < 0x20 || within(c, 0x7F, 0x9F) || isDeceptive(c))
        return;
    if (c == 0xFFFC || within(c, 0xFDD0, 0xFDEF) || (c & 0xFFFEU) == 0xFFFEU || within(c, 0xD800, 0xDFFF))
        c = QChar::ReplacementCharacter;
    const bool joiner = c == 0x200C || c == 0x200D;
    if (joiner && std::exchange(m_joined, true))
        return;
    m_joined = joiner;
    if (!joiner && isMark(c)) {
        if (++m_marks > MaxMarks)
            return;
    } else if (!joiner) {
        m_marks = 0;
    }
    if (QChar::isSpace(c)) {
        m_word = 0;
    } else if (++m_word > MaxWord) {
        out += QChar(u'\u200B');
        m_word = 1;
    }
    push(out, c);
}

QString AnswerText::append(const QString& piece)
{
    QString out;
    out.reserve(piece.size());
    for (const QChar c : piece) {
        if (!m_high.isNull()) {
            const QChar high = std::exchange(m_high, QChar());
            if (c.isLowSurrogate()) {
                add(out, QChar::surrogateToUcs4(high, c));
                continue;
            }
            add(out, QChar::ReplacementCharacter);
        }
        if (c.isHighSurrogate())
            m_high = c;
        else
            add(out, c.unicode());
    }
    return out;
}

QString AnswerText::whole(const QString& text)
{
    AnswerText filter;
    return filter.append(text);
}

void AnswerBlocks::append(const QString& text)
{
    qsizetype from = 0;
    for (qsizetype at = 0; at < text.size(); ++at) {
        m_pages.insert(pageOf(text[at]));
        if (m_pages.size() <= MaxPages || text[at].isLowSurrogate())
            continue;
        m_open += QStringView(text).mid(from, at - from);
        from = at;
        cutWhole();
        m_exotic = true;
        if (!m_open.isEmpty())
            split(m_open.size());
        m_pages = {pageOf(text[at])};
    }
    m_open += QStringView(text).mid(from);
    cutWhole();
}

void AnswerBlocks::cutWhole()
{
    for (;;) {
        const qsizetype end = m_open.indexOf(u'\n', m_scanned);
        if (end >= 0 && end <= MaxBlock) {
            takeLine(m_open.mid(m_scanned, end - m_scanned));
            if (m_lines >= MaxLines)
                split(m_scanned);
            continue;
        }
        if (m_open.size() <= MaxBlock)
            return;
        // Too much for one block: cut at the last line, else at a space, else anywhere.
        const qsizetype floor = m_fence.isEmpty() ? 0 : m_fence.size() + 1;
        qsizetype at = m_scanned > floor ? m_scanned : m_open.lastIndexOf(u' ', MaxBlock) + 1;
        if (at <= floor)
            at = MaxBlock - (m_open[MaxBlock - 1].isHighSurrogate() ? 1 : 0);
        split(at);
    }
}

void AnswerBlocks::split(qsizetype at)
{
    // A fence goes on in the next block.
    const QString fence = m_fence;
    QString head = m_open.left(at);
    m_open.remove(0, at);
    if (!fence.isEmpty())
        head += (head.endsWith(u'\n') ? QString() : u"\n"_s) + fenceOf(fence);
    close(head);
    if (fence.isEmpty())
        return;
    m_fence = fence;
    m_open.prepend(fence + u'\n');
    m_scanned = fence.size() + 1;
}

void AnswerBlocks::cutAt(qsizetype end)
{
    const QString block = m_open.left(end);
    m_open.remove(0, end);
    close(block);
}

void AnswerBlocks::takeLine(const QString& line)
{
    const qsizetype next = m_scanned + line.size() + 1;
    const QString fence = fenceOf(line);
    ++m_lines;
    if (!m_fence.isEmpty()) {
        const QString opened = fenceOf(m_fence);
        const bool closes = !fence.isEmpty() && fence[0] == opened[0] && fence.size() >= opened.size() &&
                            isBlank(QStringView(line).mid(line.indexOf(fence) + fence.size()));
        m_scanned = next;
        if (closes)
            cutAt(next);
        return;
    }
    if (!fence.isEmpty() && (!m_list || line[0] == fence[0])) {
        if (m_scanned > 0)
            cutAt(m_scanned); // what stands above the fence is whole
        m_list = m_blank = false;
        m_fence = line.left(200);
        m_scanned = line.size() + 1;
        return;
    }
    if (isBlank(line)) {
        m_blank = true;
        m_scanned = next;
        if (!m_list)
            cutAt(next);
        return;
    }
    // A list goes on behind a blank line with another item, or with a line that is indented.
    if (m_list && m_blank && !startsItem(line) && line[0] != u' ' && line[0] != u'\t') {
        cutAt(m_scanned);
        takeLine(line);
        return;
    }
    if (m_scanned == 0)
        m_list = startsItem(line);
    m_blank = false;
    m_scanned = next;
}

void AnswerBlocks::close(const QString& text)
{
    m_fence.clear();
    m_list = m_blank = false;
    m_scanned = m_lines = 0;
    m_pages.clear();
    const bool exotic = std::exchange(m_exotic, false);
    if (!isBlank(text))
        m_finished.push_back({text, !isModest(text), exotic});
}

std::vector<AnswerBlock> AnswerBlocks::takeFinished()
{
    return std::exchange(m_finished, {});
}

std::vector<AnswerBlock> AnswerBlocks::finish()
{
    cutAt(m_open.size());
    return takeFinished();
}

// The joiners stay: scripts and emoji need them.
bool isDeceptive(char32_t c)
{
    return c == 0xAD || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 ||
           c == 0x180E || c == 0x200B || within(c, 0x200E, 0x200F) || within(c, 0x202A, 0x202E) ||
           within(c, 0x2060, 0x206F) || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 ||
           within(c, 0xFFF0, 0xFFFB) || within(c, 0x1D173, 0x1D17A) || within(c, 0xE0000, 0xE0FFF);
}

bool isModest(const QString& markdown)
{
    constexpr std::array<std::pair<char16_t, int>, 10> Limits{{{u'*', 400},
                                                               {u'_', 400},
                                                               {u'~', 200},
                                                               {u'[', 150},
                                                               {u']', 300},
                                                               {u'`', 400},
                                                               {u'|', 300},
                                                               {u'<', 300},
                                                               {u'&', 400},
                                                               {u'@', 150}}};
    constexpr int MaxDepth = 6;
    constexpr int MaxIndent = 40;
    for (const auto& [mark, most] : Limits) {
        if (markdown.count(QChar(mark)) > most)
            return false;
    }
    if (markdown.count(u"://"_s) + markdown.count(u"www."_s) > 150)
        return false;
    if (!fenceOf(markdown).isEmpty())
        return true; // of a fence nothing is read
    const QList<QStringView> lines = QStringView(markdown).split(u'\n');
    // Rows of a table whose head went with another block.
    if (lines.size() > 1 && lines[0].trimmed().startsWith(u'|') && !isRuler(lines[1]))
        return false;
    for (const QStringView line : lines) {
        qsizetype indent = 0;
        while (indent < line.size() && line[indent].isSpace())
            ++indent;
        if (depthOf(line) > MaxDepth || indent > MaxIndent)
            return false;
    }
    return true;
}

} // namespace gatehouse::ui
