// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/chatrequest.h"

#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/local/gateway/policy/promptscreen.h"
#include "core/local/rag/defaults.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::size_t MostDocuments = 100;
constexpr std::size_t MostTagBytes = 64;

tl::unexpected<Error> refuse(int status, std::string code, std::string message, std::string advice)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.httpStatus = status;
    error.serviceCode = std::move(code);
    error.message = std::move(message);
    error.advice = std::move(advice);
    return fail(std::move(error));
}

tl::unexpected<Error> bad(std::string message)
{
    return refuse(400, "BadQuestion", std::move(message), "Correct the request and send it again.");
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// An id or the name of a deployment: a short token, since it goes into a path.
bool isToken(std::string_view text)
{
    return text.size() <= MostTagBytes && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

/// A business tag goes into a header alone: "gatehouse-test:aoai-westus" is the task of a smoke test.
bool isTag(std::string_view text)
{
    const std::size_t colon = text.find(':');
    return text.size() <= MostTagBytes && isToken(text.substr(0, colon)) &&
           (colon == std::string_view::npos || isToken(text.substr(colon + 1)));
}

Status readHistory(const Json& history, std::vector<ChatMessage>& messages)
{
    if (history.is_null())
        return {};
    if (!history.is_array())
        return bad("history must be an array of messages.");
    if (history.size() > MostHistory)
        return bad("history may hold at most " + std::to_string(MostHistory) + " messages.");
    for (const Json& one : history) {
        const std::string role = textAt(one, "role");
        // A system message is ours alone: from a caller it would stand beside the rules.
        if (role != "user" && role != "assistant")
            return bad("The role of a message in history must be user or assistant.");
        const Json& content = memberAt(one, "content");
        if (!content.is_string())
            return bad("Each message in history needs a content.");
        // What the screen refuses as a question does not come in as an earlier one either.
        const auto& text = content.get_ref<const std::string&>();
        if (!isBlank(text) && (role == "assistant" || !holdsInjectionPhrase(text)))
            messages.push_back({role, text});
    }
    return {};
}

Status readTokens(const Json& body, ChatRequest& request)
{
    const Json& documents = memberAt(body, "documents");
    if (!documents.is_null() && (!documents.is_array() || documents.size() > MostDocuments))
        return bad("documents must be an array of at most " + std::to_string(MostDocuments) + " ids.");
    if (documents.is_array())
        for (const Json& id : documents) {
            if (!id.is_string() || !isToken(id.get_ref<const std::string&>()))
                return bad("documents must hold ids of documents.");
            request.documents.push_back(id.get<std::string>());
        }
    for (const auto& [name, target] :
         {std::pair("deployment", &ChatRequest::deployment), std::pair("task", &ChatRequest::task),
          std::pair("feature", &ChatRequest::feature)}) {
        const Json& value = memberAt(body, name);
        if (value.is_null())
            continue;
        const bool isPath = target == &ChatRequest::deployment;
        const std::string text = value.is_string() ? value.get<std::string>() : std::string();
        if (!value.is_string() || !(isPath ? isToken(text) : isTag(text)))
            return bad(std::string(name) + " must be a short name of letters, digits, '-', '_' and '.'" +
                       (isPath ? "." : ", or two with ':' between them."));
        request.*target = value.get<std::string>();
    }
    return {};
}

} // namespace

Result<ChatRequest> readChatRequest(std::string_view text)
{
    if (text.size() > MostChatBytes)
        return refuse(413, "InputTooLarge", "The request is larger than 50 KB.",
                      "Ask a shorter question, or begin a new conversation.");
    const auto body = parseJson(text, MostChatBytes);
    if (!body || !body->is_object())
        return bad("The body is not a JSON object with a question.");
    ChatRequest request;
    const Json& question = memberAt(*body, "question");
    if (!question.is_string() || isBlank(question.get_ref<const std::string&>()))
        return bad("question must be a text that is not empty.");
    request.question = question.get<std::string>();
    if (codePointCount(request.question) > MostQuestionCharacters)
        return bad("question may have at most " + std::to_string(MostQuestionCharacters) + " characters.");
    for (const Status& done :
         {readHistory(memberAt(*body, "history"), request.history), readTokens(*body, request)})
        if (!done)
            return fail(done.error());
    if (holdsInjectionPhrase(request.question))
        return refuse(400, "InjectionRefused",
                      "The question holds a phrase that tries to override the assistant's instructions.",
                      "Ask about the documents themselves.");
    return request;
}

} // namespace gatehouse::local
