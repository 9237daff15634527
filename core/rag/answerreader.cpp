// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/answerreader.h"

#include "core/rag/backend.h"
#include "core/rag/reading.h"

#include <array>
#include <charconv>

namespace gatehouse::rag {

namespace {

constexpr std::size_t LargestEvent = 8U << 20U;
constexpr std::array<const char*, 5> UsualTokenFields{"token", "text", "content", "delta", "answer"};

bool isHighSurrogate(unsigned long unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

/// Half a character as an escape (a backend that cuts between UTF-16 units) is no JSON; it becomes U+FFFD.
std::string withoutHalfCharacters(std::string json)
{
    const auto unitAt = [&json](std::size_t at) -> unsigned long {
        if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u')
            return 0;
        unsigned long unit = 0;
        const char* const end = json.data() + at + 6;
        return std::from_chars(json.data() + at + 2, end, unit, 16).ptr == end ? unit : 0;
    };
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] != '\\')
            continue;
        const unsigned long unit = unitAt(i);
        const unsigned long next = unitAt(i + 6);
        if (isHighSurrogate(unit) && next >= 0xDC00 && next <= 0xDFFF)
            i += 11;
        else if (unit >= 0xD800 && unit <= 0xDFFF)
            json.replace(i, 6, "\\ufffd");
        else
            ++i; // past what the backslash escapes
    }
    return json;
}

/// Of JSON alone; anything else is text.
std::optional<Json> objectIn(std::string_view data)
{
    const std::size_t first = data.find_first_not_of(" \t\n");
    if (first == std::string_view::npos || data[first] != '{')
        return std::nullopt;
    Result<Json> json = parseJson(data, LargestEvent);
    if (!json)
        json = parseJson(withoutHalfCharacters(std::string(data)), LargestEvent);
    if (!json || !json->is_object())
        return std::nullopt;
    return std::move(*json);
}

Error protocolError(std::string message, std::string advice)
{
    return fail(Error::Kind::Protocol, std::move(message), std::move(advice)).value();
}

/// "answer.text" is the member text of the member answer, unless there is one of that very name.
const Json& memberAtPath(const Json& object, std::string_view path)
{
    const Json& whole = memberAt(object, path);
    const std::size_t dot = path.find('.');
    if (!whole.is_null() || dot == std::string_view::npos)
        return whole;
    return memberAtPath(memberAt(object, path.substr(0, dot)), path.substr(dot + 1));
}

} // namespace

AnswerReader::AnswerReader(settings::RagMapping mapping, std::size_t maxBytes)
    : m_mapping(std::move(mapping))
    , m_maxBytes(maxBytes)
{}

bool AnswerReader::isLast(const SseEvent& event) const
{
    return event.data == m_mapping.endMarker || event.type == m_mapping.doneEvent ||
           event.type == m_mapping.errorEvent;
}

AnswerReader::Step AnswerReader::take(const SseEvent& event)
{
    Step step;
    const std::optional<Json> object =
        event.type == "message" || event.type == m_mapping.tokenEvent ? std::nullopt : objectIn(event.data);
    if (event.data == m_mapping.endMarker) {
        m_whole = true;
    } else if (event.type == m_mapping.errorEvent) {
        step.error = backendError(object ? *object : Json(event.data));
    } else if (event.type == m_mapping.doneEvent) {
        m_whole = true;
        readFacts(object.value_or(Json()), m_mapping.citationsField, m_facts);
    } else if (event.type == m_mapping.contextEvent) {
        takeContext(object.value_or(Json()), step);
    } else if (event.type == "message" || event.type == m_mapping.tokenEvent) {
        takeData(event, step);
    } else {
        ++m_unknown; // an event of somebody else's
    }
    return step;
}

void AnswerReader::takeData(const SseEvent& event, Step& step)
{
    const std::optional<Json> object = m_shape == Shape::PlainText ? std::nullopt : objectIn(event.data);
    if (object) {
        takeObject(*object, step);
        return;
    }
    if (m_shape == Shape::Json) {
        if (!event.data.empty())
            step.error = protocolError("The RAG backend sent an event that cannot be read.",
                                       "Ask again; if it lasts, the backend is at fault.");
        return;
    }
    // An empty line before the first word may be a sign of life of a backend that speaks JSON.
    if (!event.data.empty())
        m_shape = Shape::PlainText;
    addText(event.data, step);
}

void AnswerReader::takeObject(const Json& object, Step& step)
{
    if (memberAt(object, "choices").is_array()) {
        m_shape = Shape::Json;
        takeChunk(object, step);
        return;
    }
    // The event's name may stand inside the object instead of before it.
    std::string name = textAt(object, "event");
    if (name.empty())
        name = textAt(object, "type");
    const Json& error = memberAt(object, "error");
    const bool says =
        (error.is_object() && !error.empty()) || (error.is_string() && !textAt(object, "error").empty());
    if (name == m_mapping.errorEvent || says) {
        step.error = backendError(object);
        return;
    }
    if (name == m_mapping.contextEvent || memberAtPath(object, m_mapping.passagesField).is_array())
        takeContext(object, step);
    const std::optional<std::string> piece = pieceOf(object);
    if (piece) {
        m_shape = Shape::Json;
        addText(*piece, step);
    }
    if (name == m_mapping.doneEvent || boolAt(object, m_mapping.doneEvent) ||
        !textAt(object, "finish_reason").empty()) {
        m_shape = Shape::Json;
        m_whole = true;
        if (const std::string reason = textAt(object, "finish_reason"); !reason.empty())
            m_facts.finishReason = tamed(reason, 64);
        readFacts(object, m_mapping.citationsField, m_facts);
    } else if (!piece && !step.grounding) {
        ++m_unknown;
    }
}

void AnswerReader::takeChunk(const Json& chunk, Step& step)
{
    if (const Json& error = memberAt(chunk, "error"); error.is_object()) {
        step.error = backendError(chunk);
        return;
    }
    Json said = Json::object();
    for (const char* const key : {"model", "usage"}) {
        if (chunk.contains(key))
            said[key] = chunk.at(key);
    }
    readFacts(said, m_mapping.citationsField, m_facts);
    for (const Json& choice : chunk.at("choices")) {
        if (!choice.is_object() || integerAt(choice, "index", 0) != 0)
            continue; // of several answers the first
        addText(textAt(memberAt(choice, "delta"), "content"), step);
        if (const std::string reason = textAt(choice, "finish_reason"); !reason.empty()) {
            m_facts.finishReason = tamed(reason, 64);
            m_whole = true;
        }
    }
}

void AnswerReader::takeContext(const Json& object, Step& step)
{
    // What the answer was made from is said before its first word, or not shown as that.
    if (m_grounded || m_bytes > 0 || !object.is_object())
        return;
    m_grounded = true;
    step.grounding = Grounding{passagesFrom(memberAtPath(object, m_mapping.passagesField)),
                               messagesFrom(memberAt(object, "prompt"))};
}

void AnswerReader::addText(std::string text, Step& step)
{
    m_bytes += text.size();
    if (m_bytes > m_maxBytes) {
        step.error = protocolError("The answer is longer than is accepted.", "Ask for a shorter answer.");
        return;
    }
    step.text += text;
}

std::optional<std::string> AnswerReader::pieceOf(const Json& object) const
{
    if (!m_mapping.tokenField.empty()) {
        const Json& named = memberAtPath(object, m_mapping.tokenField);
        return named.is_string() ? std::optional(named.get<std::string>()) : std::nullopt;
    }
    for (const char* const field : UsualTokenFields) {
        const Json& value = memberAt(object, field);
        if (value.is_string())
            return value.get<std::string>();
        if (value.is_object() && memberAt(value, "content").is_string())
            return textAt(value, "content");
    }
    return std::nullopt;
}

} // namespace gatehouse::rag
