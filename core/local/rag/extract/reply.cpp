// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/reply.h"

#include "core/base/json.h"
#include "core/local/rag/extract/cleantext.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::array<std::string_view, 8> Codes{"EmptyDocument",     "UnsupportedType", "TypeMismatch",
                                                "EncryptedDocument", "DamagedDocument", "DocumentTooLarge",
                                                "TooComplex",        "NoText"};
constexpr std::array<std::string_view, 3> Types{PdfType, DocxType, TextType};

tl::unexpected<Error> noAnswer()
{
    return refuse("DamagedDocument", "The document is damaged; its reader gave no usable answer.", SaveAgain);
}

template <typename Table>
bool isOneOf(const Table& table, std::string_view value)
{
    return std::find(table.begin(), table.end(), value) != table.end();
}

Result<ExtractedDocument> readError(const Json& error)
{
    const std::string code = textAt(error, "code");
    const std::string message = cleanText(textAt(error, "message"));
    const std::string advice = cleanText(textAt(error, "advice"));
    if (!isOneOf(Codes, code) || message.empty() || message.size() > 400 || advice.size() > 400)
        return noAnswer();
    return refuse(code, message, advice);
}

} // namespace

tl::unexpected<Error> refuse(std::string code, std::string message, std::string advice)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = std::move(code);
    error.message = std::move(message);
    error.advice = std::move(advice);
    return fail(std::move(error));
}

tl::unexpected<Error> damaged(const std::string& what)
{
    return refuse("DamagedDocument", "The document is damaged: " + what + ".", SaveAgain);
}

std::string writeReply(const Result<ExtractedDocument>& outcome)
{
    Json reply = Json::object();
    if (!outcome) {
        const Error& error = outcome.error();
        reply["error"] = {{"code", error.serviceCode}, {"message", error.message}, {"advice", error.advice}};
        return dumpJson(reply);
    }
    reply["mediaType"] = outcome->mediaType;
    if (outcome->pages)
        reply["pages"] = *outcome->pages;
    Json sections = Json::array();
    for (const ExtractedSection& section : outcome->sections) {
        Json one = {{"text", section.text}};
        if (section.page)
            one["page"] = *section.page;
        sections.push_back(std::move(one));
    }
    reply["sections"] = std::move(sections);
    return dumpJson(reply);
}

Result<ExtractedDocument> readReply(std::string_view text, const ExtractionLimits& limits)
{
    const auto reply = parseJson(text, text.size() + 1, 8);
    if (!reply || !reply->is_object())
        return noAnswer();
    if (reply->contains("error"))
        return readError(memberAt(*reply, "error"));

    ExtractedDocument document;
    document.mediaType = textAt(*reply, "mediaType");
    const bool paged = document.mediaType == PdfType;
    if (paged)
        document.pages = static_cast<int>(std::clamp<std::int64_t>(integerAt(*reply, "pages"), 0, 1'000'000));
    const Json& sections = memberAt(*reply, "sections");
    if (!isOneOf(Types, document.mediaType) || !sections.is_array() ||
        (paged && (*document.pages < 1 || *document.pages > limits.pages)))
        return noAnswer();
    std::uint64_t bytes = 0;
    int last = 0;
    for (const Json& one : sections) {
        ExtractedSection section;
        if (paged) {
            const std::int64_t page = integerAt(one, "page");
            if (page <= last || page > *document.pages)
                return noAnswer();
            last = static_cast<int>(page);
            section.page = last;
        }
        section.text = cleanText(textAt(one, "text"));
        bytes += section.text.size();
        if (bytes > limits.textBytes || (!paged && !document.sections.empty()))
            return noAnswer();
        if (!section.text.empty())
            document.sections.push_back(std::move(section));
    }
    if (document.sections.empty())
        return noAnswer();
    return document;
}

} // namespace gatehouse::local
