// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/answerfaces.h"

#include "core/base/clock.h"

#include <QtGui/QTextBlock>
#include <QtGui/QTextDocument>
#include <QtGui/QTextLayout>

#include <utility>

namespace gatehouse::ui {

namespace {

constexpr std::chrono::milliseconds Slice{5}; ///< of loading in one go, beyond the last face
constexpr qsizetype Enough = 32;              ///< UTF-16 units of one script that tell what it needs
constexpr char32_t Plain = 0x250;             ///< below it, what the chosen faces have themselves

/// What decides over the faces that a character needs; 0 for nothing but the chosen one.
quint32 keyOf(char32_t c)
{
    if (c < Plain)
        return 0;
    const QChar::Script script = QChar::script(c);
    // One face draws all of these, wherever in their thousands they are.
    const bool vast = script == QChar::Script_Han || script == QChar::Script_Hangul;
    return (quint32(script) + 1) << 16U | (vast ? 0U : quint32(c >> 8U));
}

/// The very font that code has in a document: a hint more or less, and Qt asks for all faces anew.
QFont codeFace(const QFont& body, const QFont& mono)
{
    QTextDocument sample;
    sample.setDefaultFont(body);
    sample.setMarkdown(QStringLiteral("```\nx\n```"));
    const QTextBlock code = sample.begin();
    if (code.begin().atEnd())
        return mono;
    QTextCharFormat format = code.begin().fragment().charFormat();
    format.setFontFamilies({mono.family()});
    return format.font().resolve(body);
}

template <typename Visit>
void eachCharacter(QStringView text, Visit visit)
{
    for (qsizetype at = 0; at < text.size(); ++at) {
        const bool pair = text[at].isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate();
        const char32_t c = pair ? QChar::surrogateToUcs4(text[at], text[at + 1]) : text[at].unicode();
        visit(c, text.mid(at, pair ? 2 : 1));
        at += pair ? 1 : 0;
    }
}

} // namespace

void AnswerFaces::setFonts(const QFont& body, const QFont& mono)
{
    m_fonts = {body, body, body, codeFace(body, mono)};
    m_fonts[Bold].setBold(true);
    m_fonts[Italic].setItalic(true);
    for (std::set<quint32>& loaded : m_loaded)
        loaded.clear();
}

bool AnswerFaces::ready(QStringView text)
{
    std::set<quint32> needed;
    quint32 last = 0;
    eachCharacter(text, [&](char32_t c, QStringView) {
        const quint32 key = keyOf(c);
        if (key != 0 && key != last)
            needed.insert(key);
        last = key;
    });
    if (needed.empty())
        return true;
    const bool marked = text.contains(u'*') || text.contains(u'_') || text.contains(u'#');
    const bool code = text.contains(u'`') || text.contains(u'~') || text.contains(u"    ");
    const std::array<bool, Count> used{true, marked, marked, code};
    bool any = false;
    const SystemClock clock;
    const auto start = clock.monotonic();
    const auto late = [&] { return clock.monotonic() - start >= Slice; };
    for (int face = Body; face < Count; ++face) {
        for (const quint32 key : needed) {
            if (!used[face] || m_loaded[face].count(key) > 0)
                continue;
            if (std::exchange(any, true) && late())
                return false;
            load(static_cast<Face>(face), text, key);
        }
    }
    return !any || !late();
}

void AnswerFaces::load(Face face, QStringView text, quint32 key)
{
    m_loaded[face].insert(key);
    QString sample;
    eachCharacter(text, [&](char32_t c, QStringView units) {
        if (sample.size() < Enough && keyOf(c) == key && !sample.contains(units))
            sample += units;
    });
    QTextLayout layout(sample, m_fonts[face]);
    layout.beginLayout();
    layout.createLine();
    layout.endLayout();
}

} // namespace gatehouse::ui
