// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/asktext.h"

#include "ui/models/format.h"
#include "ui/pages/ask/answertext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QStringList>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxName = 200;
constexpr qsizetype MaxPrompt = 256 << 10;

QString askWord(const char* text)
{
    return QCoreApplication::translate("gatehouse::ui::AskText", text);
}

} // namespace

QString shownName(const std::string& name)
{
    return AnswerText::whole(fromText(name).left(4 * MaxName)).simplified().left(MaxName);
}

QString typeText(const rag::Document& document)
{
    const QString type = fromText(document.mediaType);
    if (type == u"application/pdf"_s)
        return u"PDF"_s;
    if (type.contains(u"wordprocessingml"_s))
        return u"DOCX"_s;
    if (type.startsWith(u"text/plain"_s))
        return u"TXT"_s;
    return type.isEmpty() ? askWord("type unknown") : shownName(document.mediaType).left(40);
}

QString documentText(const rag::Document& document)
{
    QStringList parts{typeText(document)};
    if (document.pages)
        parts.append(*document.pages == 1 ? askWord("1 page") : askWord("%1 pages").arg(*document.pages));
    parts.append(!document.chunks        ? askWord("chunks unknown")
                 : *document.chunks == 1 ? askWord("1 chunk")
                                         : askWord("%1 chunks").arg(formatExact(*document.chunks)));
    if (document.bytes > 0)
        parts.append(QLocale().formattedDataSize(document.bytes, 1, QLocale::DataSizeSIFormat));
    return parts.join(u" · "_s);
}

QString tokensText(const rag::TokenUsage& usage)
{
    if (usage.source == rag::TokenUsage::Source::Unknown)
        return askWord("unknown");
    return askWord("%1 in + %2 out (%3)")
        .arg(formatExact(usage.prompt), formatExact(usage.completion),
             usage.source == rag::TokenUsage::Source::Measured ? askWord("measured") : askWord("estimated"));
}

QString briefFacts(const rag::AnswerFacts& facts)
{
    QStringList parts;
    if (!facts.model.empty())
        parts.append(shownName(facts.model).left(40));
    if (!facts.backend.empty())
        parts.append(shownName(facts.backend).left(40));
    if (facts.total.count() > 0)
        parts.append(formatMilliseconds(static_cast<double>(facts.total.count())));
    if (facts.usage.source != rag::TokenUsage::Source::Unknown)
        parts.append(askWord("%1 tokens").arg(formatExact(facts.usage.prompt + facts.usage.completion)));
    return parts.join(u" · "_s);
}

QString promptText(const std::vector<rag::Message>& prompt)
{
    QString text;
    for (const rag::Message& message : prompt) {
        const QString role = message.role == rag::Message::Role::System ? askWord("System")
                             : message.role == rag::Message::Role::User ? askWord("User")
                                                                        : askWord("Assistant");
        text += u"── "_s + role + u" ──\n"_s + AnswerText::whole(fromText(message.text).left(MaxPrompt)) +
                u"\n\n"_s;
        if (text.size() > MaxPrompt)
            break;
    }
    return text.left(MaxPrompt).trimmed();
}

QString copiedText(const std::string& text)
{
    return fromText(rag::visibleText(text));
}

} // namespace gatehouse::ui
