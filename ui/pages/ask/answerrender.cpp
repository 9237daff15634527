// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/answerrender.h"

#include "ui/widgets/linktarget.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QUrl>
#include <QtGui/QTextBlock>
#include <QtGui/QTextDocument>
#include <QtGui/QTextDocumentFragment>
#include <QtGui/QTextList>

#include <optional>
#include <vector>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int Gap = 6; ///< below a paragraph

QString answerWord(const char* text)
{
    return QCoreApplication::translate("gatehouse::ui::AnswerView", text);
}

/// Where a block is read as Markdown, before it is looked through and copied: it has no layout and no
/// resources.
class Draft : public QTextDocument
{
protected:
    QVariant loadResource(int /*type*/, const QUrl& /*name*/) override { return {}; }
};

/// A run of characters with the same meaning.
struct Run
{
    int start = 0;
    int length = 0;
    QString meaning; ///< a link's address, a picture's description
    bool operator==(const Run&) const = default;
};

/// Digits before the "." or ")" of a numbered item; 0 for none.
qsizetype numberOf(QStringView text)
{
    qsizetype digits = 0;
    while (digits < text.size() && text[digits] >= u'0' && text[digits] <= u'9')
        ++digits;
    const bool numbered = digits < text.size() && (text[digits] == u'.' || text[digits] == u')');
    return numbered && digits < 10 ? digits : 0;
}

/// Definitions of references would vanish from the text and turn other answerWord into links; a list that
/// does not begin at 1 would be numbered anew.
QString prepared(const QString& markdown)
{
    const QStringView first = QStringView(markdown).trimmed();
    if (first.startsWith(u"```") || first.startsWith(u"~~~"))
        return markdown;
    QStringList lines = markdown.split(u'\n');
    // Of a list that goes on, each number is text and each line stays one.
    const bool goesOn = numberOf(first) > 0 && !(first.startsWith(u"1.") || first.startsWith(u"1)"));
    for (QString& line : lines) {
        const QStringView text = QStringView(line).trimmed();
        const qsizetype indent = text.isEmpty() ? 0 : text.data() - line.constData();
        if (text.startsWith(u'[') && text.indexOf(u"]:") > 0)
            line.insert(indent, u'\\');
        if (goesOn && numberOf(text) > 0)
            line.insert(indent + numberOf(text), u'\\');
        if (goesOn)
            line += u"  "_s;
    }
    return lines.join(u'\n');
}

template <typename Visit>
void eachFragment(const QTextDocument& document, Visit visit)
{
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (auto at = block.begin(); !at.atEnd(); ++at)
            visit(block, at.fragment());
    }
}

QTextCursor selected(QTextDocument& document, int start, int length)
{
    QTextCursor cursor(&document);
    cursor.setPosition(start);
    cursor.setPosition(start + length, QTextCursor::KeepAnchor);
    return cursor;
}

/// Pictures become their descriptions.
void replacePictures(QTextDocument& document, const AnswerLook& look)
{
    std::vector<Run> pictures;
    eachFragment(document, [&](const QTextBlock& /*block*/, const QTextFragment& fragment) {
        if (fragment.charFormat().isImageFormat())
            pictures.push_back({fragment.position(), fragment.length(),
                                fragment.charFormat().stringProperty(QTextFormat::ImageAltText)});
    });
    for (auto picture = pictures.rbegin(); picture != pictures.rend(); ++picture) {
        QTextCharFormat plain;
        plain.setForeground(look.muted);
        const QString text = picture->meaning.isEmpty()
                                 ? answerWord("[picture, not loaded]")
                                 : answerWord("[picture, not loaded: %1]").arg(picture->meaning);
        selected(document, picture->start, picture->length).insertText(text.simplified(), plain);
    }
}

/// What stood in the text as "&#8238;" is a character only now.
void removeDeceptive(QTextDocument& document)
{
    for (int at = document.characterCount() - 1; at >= 0; --at) {
        const QChar c = document.characterAt(at);
        if (isDeceptive(c.unicode()) || c.isSurrogate() || c == QChar::ObjectReplacementCharacter) {
            const bool pair = c.isLowSurrogate() && at > 0 && document.characterAt(at - 1).isHighSurrogate();
            if (pair && !isDeceptive(QChar::surrogateToUcs4(document.characterAt(at - 1), c))) {
                --at;
                continue;
            }
            selected(document, pair ? at - 1 : at, pair ? 2 : 1).removeSelectedText();
            at -= pair ? 1 : 0;
        }
    }
}

/// Fragments that follow each other with the same address are one link.
std::vector<Run> linksOf(const QTextDocument& document)
{
    std::vector<Run> links;
    eachFragment(document, [&](const QTextBlock& /*block*/, const QTextFragment& fragment) {
        const QTextCharFormat format = fragment.charFormat();
        if (!format.isAnchor() && format.anchorHref().isEmpty())
            return;
        const QString address = format.anchorHref();
        if (!links.empty() && links.back().meaning == address &&
            links.back().start + links.back().length == fragment.position())
            links.back().length += fragment.length();
        else
            links.push_back({fragment.position(), fragment.length(), address});
    });
    return links;
}

void settleLinks(QTextDocument& document, const AnswerLook& look)
{
    const std::vector<Run> links = linksOf(document);
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
        QTextCursor cursor = selected(document, link->start, link->length);
        const QString shown = cursor.selectedText();
        const LinkTarget target = inspectLink(link->meaning);
        QTextCharFormat format;
        format.setAnchor(target.mayOpen);
        format.setAnchorHref(target.mayOpen ? target.address : QString());
        format.setForeground(target.mayOpen ? look.link : look.text);
        format.setFontUnderline(target.mayOpen);
        cursor.mergeCharFormat(format);
        QString note;
        if (!target.mayOpen)
            note = answerWord("(link removed)");
        else if (!target.warnings.isEmpty())
            note = u"▲ "_s + target.host;
        else if (shown != link->meaning && shown != target.address)
            note = u"↗ "_s + target.host;
        if (note.isEmpty())
            continue;
        QTextCharFormat plain;
        plain.setForeground(target.warnings.isEmpty() ? look.muted : look.warn);
        QTextCursor behind(&document);
        behind.setPosition(link->start + link->length);
        behind.insertText(u' ' + note, plain);
    }
}

/// Tool tips guess at markup, headings shout, code has a face and a ground of its own.
void settleLook(QTextDocument& document, const AnswerLook& look, bool plain)
{
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        QTextBlockFormat format = block.blockFormat();
        const bool code = format.hasProperty(QTextFormat::BlockCodeFence) ||
                          format.hasProperty(QTextFormat::BlockCodeLanguage) || format.nonBreakableLines();
        if (code) {
            format.setNonBreakableLines(false); // long lines wrap: nothing scrolls sideways
            format.setBackground(look.code);
            format.setTopMargin(0);
            format.setBottomMargin(0);
        } else if (!block.textList()) {
            format.setTopMargin(0);
            format.setBottomMargin(plain && block.next().isValid() ? 0 : Gap);
        }
        QTextCursor(block).setBlockFormat(format);
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            const QTextFragment fragment = at.fragment();
            QTextCharFormat chars = fragment.charFormat();
            chars.clearProperty(QTextFormat::TextToolTip);
            chars.clearProperty(QTextFormat::AnchorName);
            if (chars.fontFixedPitch())
                chars.setFontFamilies({look.mono.family()});
            if (format.headingLevel() > 0) {
                chars.setProperty(QTextFormat::FontSizeAdjustment, format.headingLevel() <= 2 ? 1 : 0);
                chars.setFontWeight(QFont::DemiBold);
            }
            selected(document, fragment.position(), fragment.length()).setCharFormat(chars);
        }
    }
}

/// The number of "[12]" at text[at], or empty.
std::optional<int> citationAt(const QString& text, qsizetype at)
{
    qsizetype end = at + 1;
    while (end < text.size() && end - at < 4 && text[end] >= u'0' && text[end] <= u'9')
        ++end;
    if (end == at + 1 || end >= text.size() || text[end] != u']')
        return std::nullopt;
    return QStringView(text).mid(at + 1, end - at - 1).toInt();
}

void linkCitations(QTextDocument& document, const AnswerLook& look)
{
    std::vector<Run> found;
    eachFragment(document, [&](const QTextBlock& /*block*/, const QTextFragment& fragment) {
        const QTextCharFormat format = fragment.charFormat();
        if (format.isAnchor() || format.fontFixedPitch())
            return;
        const QString text = fragment.text();
        for (qsizetype at = text.indexOf(u'['); at >= 0; at = text.indexOf(u'[', at + 1)) {
            if (const std::optional<int> marker = citationAt(text, at))
                found.push_back({fragment.position() + static_cast<int>(at),
                                 static_cast<int>(text.indexOf(u']', at) - at + 1),
                                 QString::number(*marker)});
        }
    });
    for (const Run& citation : found) {
        QTextCharFormat format;
        format.setAnchor(true);
        format.setAnchorHref(CitationScheme.toString() + citation.meaning);
        format.setForeground(look.link);
        format.setFontUnderline(false);
        selected(document, citation.start, citation.length).mergeCharFormat(format);
    }
}

} // namespace

void insertAnswerBlock(QTextCursor& at, const AnswerBlock& block, const AnswerLook& look)
{
    Draft draft;
    draft.setUndoRedoEnabled(false);
    draft.setDefaultFont(look.body);
    QString text = block.text;
    while (text.endsWith(u'\n'))
        text.chop(1);
    if (block.plain)
        draft.setPlainText(text);
    else
        draft.setMarkdown(prepared(text), QTextDocument::MarkdownFeatures(QTextDocument::MarkdownNoHTML) |
                                              QTextDocument::MarkdownDialectGitHub);
    replacePictures(draft, look);
    if (text.contains(u'&'))
        removeDeceptive(draft);
    settleLook(draft, look, block.plain);
    settleLinks(draft, look);
    linkCitations(draft, look);
    const int start = at.position();
    at.insertFragment(QTextDocumentFragment(&draft));
    // The block that was there keeps its own look, or stays empty before a list.
    const QTextBlock first = draft.begin();
    QTextBlock there = at.document()->findBlock(start);
    if (there.length() == 1 && first.length() > 1 && there.next().isValid() &&
        there.next().textList() != nullptr) {
        QTextCursor empty(there);
        empty.deleteChar();
    } else if (!first.textList() && there.length() > 1) {
        QTextCursor(there).setBlockFormat(first.blockFormat());
    }
}

void markUnproven(QTextDocument& document, const std::function<bool(int)>& proven, const AnswerLook& look)
{
    const std::vector<Run> links = linksOf(document);
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
        if (!link->meaning.startsWith(CitationScheme) ||
            proven(link->meaning.mid(CitationScheme.size()).toInt()))
            continue;
        QTextCharFormat format;
        format.setForeground(look.warn);
        selected(document, link->start, link->length).mergeCharFormat(format);
        QTextCursor behind(&document);
        behind.setPosition(link->start + link->length);
        behind.insertText(answerWord(" ▲ unproven"), format);
    }
}

} // namespace gatehouse::ui
