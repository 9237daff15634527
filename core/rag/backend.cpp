// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/backend.h"

#include "core/base/utf8.h"
#include "core/http/retryafter.h"

#include <algorithm>
#include <array>

namespace gatehouse::rag {

namespace {

constexpr std::size_t LongestForeignText = 300;
constexpr std::size_t LargestErrorBody = 64U << 10U;

/// What a code means, in our words.
struct Known
{
    std::string_view code;
    Error::Kind kind;
    const char* message;
    const char* advice;
};

constexpr std::array<Known, 15> KnownCodes{{
    {"EmptyDocument", Error::Kind::InvalidInput, "The document is empty.", "Choose a file with text in it."},
    {"UnsupportedType", Error::Kind::InvalidInput, "The backend does not take files of this type.",
     "Upload a PDF, DOCX or TXT file."},
    {"TypeMismatch", Error::Kind::InvalidInput, "The file is not what its name says.",
     "Give it the ending of its real type, or save it anew."},
    {"EncryptedDocument", Error::Kind::InvalidInput, "The document is encrypted.",
     "Remove its password and upload it again."},
    {"DamagedDocument", Error::Kind::InvalidInput, "The document is damaged and cannot be read.",
     "Open it in its own program and save it anew."},
    {"DocumentTooLarge", Error::Kind::InvalidInput, "The document is larger than the backend takes.",
     "Upload a smaller file, or split it."},
    {"TooComplex", Error::Kind::InvalidInput, "The document takes too much to unpack and was refused.",
     "Save it anew without attachments, or as plain text."},
    {"NoText", Error::Kind::InvalidInput, "There is no text in the document.",
     "A scan has to be run through text recognition first."},
    {"BadMultipart", Error::Kind::InvalidInput, "The backend could not read the upload.",
     "Check the name of the form field in the profile."},
    {"InputTooLarge", Error::Kind::InvalidInput, "The question with its history is larger than is accepted.",
     "Shorten the question or begin a new conversation."},
    {"BadQuestion", Error::Kind::InvalidInput, "The backend does not accept the question.",
     "Write it another way."},
    {"InjectionRefused", Error::Kind::InvalidInput,
     "The question looks like an attempt to change the model's instructions and was refused.",
     "Ask about the documents themselves."},
    {"RateLimited", Error::Kind::Throttled, "The backend asks to wait.", "Wait a moment and ask again."},
    {"NoDocuments", Error::Kind::InvalidInput, "There is no document to answer from.",
     "Upload a document first."},
    {"ModelFailed", Error::Kind::Unavailable, "The model did not answer.",
     "Ask again; Health shows which endpoints answer."},
}};

const Known* known(std::string_view code)
{
    const auto* const found = std::find_if(KnownCodes.begin(), KnownCodes.end(),
                                           [code](const Known& one) { return one.code == code; });
    return found == KnownCodes.end() ? nullptr : found;
}

bool isCode(std::string_view text)
{
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.';
    });
}

Error::Kind kindOf(int status)
{
    switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
        return Error::Kind::InvalidInput;
    case 401:
        return Error::Kind::SignInRequired;
    case 403:
        return Error::Kind::Denied;
    case 404:
    case 410:
        return Error::Kind::NotFound;
    case 409:
        return Error::Kind::Conflict;
    case 429:
        return Error::Kind::Throttled;
    case 502:
    case 503:
        return Error::Kind::Unavailable;
    case 408:
    case 504:
        return Error::Kind::Timeout;
    default:
        return status < 300 ? Error::Kind::Protocol : Error::Kind::Http;
    }
}

/// What a status says by itself.
std::pair<std::string, std::string> wordsOf(int status)
{
    switch (status) {
    case 401:
        return {"The RAG backend does not accept the sign-in.",
                "Sign in again; check the scope in the profile."};
    case 403:
        return {"The RAG backend does not allow this account to do that.",
                "Ask its owner for a role that allows this."};
    case 404:
        return {"The RAG backend does not know what was asked for.", "Check its address in the profile."};
    case 413:
        return {"The RAG backend does not take a file or question of this size.", "Send less at once."};
    case 415:
        return {"The RAG backend does not take files of this type.", "Upload a PDF, DOCX or TXT file."};
    case 429:
        return {"The RAG backend asks to wait.", "Wait a moment and try again."};
    case 502:
    case 503:
    case 504:
        return {"The RAG backend is not available now.", "Wait a moment and try again."};
    default:
        break;
    }
    if (status >= 300 && status < 400)
        return {"The RAG backend answered with a redirect, which is not followed.",
                "Put the address that it leads to into the profile."};
    if (status < 300)
        return {"The RAG backend answered with something else than was asked for.",
                "Check its address in the profile."};
    if (status < 500)
        return {"The RAG backend does not accept the request.", "Correct it and try again."};
    return {"The RAG backend failed with status " + std::to_string(status) + ".",
            "Try again; if it lasts, copy the details for its owner."};
}

/// {"error":{…}}, {"error":"…"}, {"detail":"…"}, {"detail":[{"msg":"…"}]} or {"code","message"}.
struct Said
{
    std::string code;
    std::string message;
};

Said saidBy(const Json& object)
{
    const Json& error = memberAt(object, "error");
    const Json& detail = memberAt(object, "detail");
    const Json& source = error.is_object() ? error : (detail.is_object() ? detail : object);
    Said said{textAt(source, "code"), textAt(source, "message")};
    if (error.is_string())
        said.message = textAt(object, "error");
    if (said.message.empty() && detail.is_string())
        said.message = textAt(object, "detail");
    if (said.message.empty() && detail.is_array() && !detail.empty())
        said.message = textAt(detail.front(), "msg");
    if (!isCode(said.code))
        said.code.clear();
    return said;
}

void explain(Error& error, const Said& said)
{
    error.serviceCode = said.code;
    if (const Known* const one = known(said.code)) {
        error.kind = one->kind;
        error.message = one->message;
        error.advice = one->advice;
    } else if (const std::string words = tamed(said.message, LongestForeignText); !words.empty()) {
        error.message += " It says: “" + words + "”";
    }
}

/// Turns the direction of text, joins or hides it: what makes a text look like another one.
bool isTrick(std::uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xad ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

} // namespace

std::string tamed(std::string_view text, std::size_t maxCharacters)
{
    // A character has at most four bytes; what comes behind is not even looked at.
    const std::string valid = toValidUtf8(text.substr(0, maxCharacters * 8));
    std::string out;
    std::size_t count = 0;
    for (std::size_t i = 0; i < valid.size();) {
        const auto lead = static_cast<unsigned char>(valid[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        std::uint32_t c = lead < 0x80 ? lead : lead & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k)
            c = (c << 6U) | (static_cast<unsigned char>(valid[i + k]) & 0x3fU);
        const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (space && !out.empty() && out.back() != ' ')
            out += ' ';
        else if (!space && !isTrick(c))
            out.append(valid, i, length);
        i += length;
        if (++count >= maxCharacters && i < valid.size()) {
            out += "…";
            break;
        }
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

std::string Backend::address(std::string_view path) const
{
    std::string base = url;
    while (base.ends_with('/'))
        base.pop_back();
    return base + std::string(path);
}

Error backendError(int status, const http::Headers& headers, std::string_view body, DateTime now)
{
    Error error;
    error.httpStatus = status;
    error.kind = kindOf(status);
    std::tie(error.message, error.advice) = wordsOf(status);
    if (const Result<Json> json = parseJson(body, LargestErrorBody); json && json->is_object())
        explain(error, saidBy(*json));
    // The status decides what a person has to do: a code of a body may come from anywhere.
    if (status == 401 || status == 403 || status == 429)
        error.kind = kindOf(status);
    error.requestId = tamed(headers.text("x-ms-request-id"), 100);
    if (error.requestId.empty())
        error.requestId = tamed(headers.text("x-request-id"), 100);
    error.retryAfter = http::retryAfterOf(headers, now);
    return error;
}

Error backendError(const Json& object)
{
    Error error;
    error.kind = Error::Kind::Http;
    error.message = "The RAG backend could not finish the answer.";
    error.advice = "Ask again; if it lasts, copy the details for its owner.";
    if (object.is_string())
        explain(error, {"", object.get<std::string>()});
    else
        explain(error, saidBy(object));
    return error;
}

std::string errorCodeOf(std::string_view body)
{
    const Result<Json> json = parseJson(body, LargestErrorBody);
    return json ? saidBy(*json).code : std::string();
}

} // namespace gatehouse::rag
