// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <set>
#include <vector>

namespace gatehouse::ui {

/// Makes text of a model fit to be laid out, piece by piece as it streams in: what reorders or hides text is
/// taken out, heaps of combining marks are cut, words beyond MaxWord get places to break at, and what Qt's
/// documents use for themselves never gets there.
class AnswerText
{
public:
    static constexpr int MaxWord = 2000; ///< characters
    static constexpr int MaxMarks = 8;   ///< combining characters on one base

    /// What to show of the next piece. A pair of surrogates that a piece cuts in two comes with the next one.
    [[nodiscard]] QString append(const QString& piece);
    /// The whole of a text at once.
    [[nodiscard]] static QString whole(const QString& text);

private:
    void add(QString& out, char32_t c);

    QChar m_high;
    bool m_carriageReturn = false;
    bool m_joined = false;
    int m_marks = 0;
    int m_word = 0;
};

/// A part of an answer that is laid out for itself.
struct AnswerBlock
{
    QString text;
    bool plain = false;  ///< too intricate to be read as Markdown: shown as it is
    bool exotic = false; ///< of many scripts, each of which may need a font of its own: laid out alone
    bool operator==(const AnswerBlock&) const = default;
};

/// Cuts an answer that streams in into blocks: at blank lines outside of fences and lists, and where a block
/// grows beyond MaxBlock. What is given must have been through AnswerText.
class AnswerBlocks
{
public:
    static constexpr qsizetype MaxBlock = 8 << 10; ///< UTF-16 units; well below the 64 KiB that layout bears
    static constexpr int MaxLines = 120;           ///< long lists cost more than their text

    static constexpr std::size_t MaxPages = 4; ///< pages of the character set in one block

    void append(const QString& text);
    /// The blocks that are whole by now, in order; each is given once.
    [[nodiscard]] std::vector<AnswerBlock> takeFinished();
    /// What came after them.
    [[nodiscard]] const QString& open() const { return m_open; }
    /// The end: the rest as blocks.
    [[nodiscard]] std::vector<AnswerBlock> finish();

private:
    void cutWhole();
    void takeLine(const QString& line);
    void split(qsizetype at);
    void cutAt(qsizetype end);
    void close(const QString& text);

    std::vector<AnswerBlock> m_finished;
    QString m_open;
    qsizetype m_scanned = 0; ///< of m_open: lines up to here have been looked at
    int m_lines = 0;         ///< of the block so far
    QString m_fence;         ///< the line that opened the fence that is open
    bool m_list = false;
    std::set<int> m_pages; ///< that the block draws on
    bool m_exotic = false;
    bool m_blank = false; ///< the last line was blank
};

/// Whether a character turns the reading direction around, or has no shape and hides what is there.
[[nodiscard]] bool isDeceptive(char32_t c);

/// Whether Markdown of this text stays cheap: few enough marks, links, cells and levels.
[[nodiscard]] bool isModest(const QString& markdown);

} // namespace gatehouse::ui
