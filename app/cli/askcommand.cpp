// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/askcommand.h"

#include "core/base/utf8.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

namespace {

constexpr std::size_t LongestExcerpt = 160; ///< bytes of a passage beside its number

std::string inSeconds(std::chrono::milliseconds time)
{
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// One line, whatever the text holds.
std::string excerptOf(const std::string& text)
{
    std::string line = toValidUtf8(std::string_view(text).substr(0, LongestExcerpt));
    for (char& c : line) {
        if (c == '\n' || c == '\r' || c == '\t')
            c = ' ';
    }
    return text.size() > LongestExcerpt ? line + "…" : line;
}

std::string factsLine(const rag::AnswerFacts& facts)
{
    std::string line;
    const auto add = [&line](const std::string& text) { line += (line.empty() ? "" : " · ") + text; };
    if (!facts.model.empty())
        add(facts.model + (facts.simulated.value_or(false) ? " (simulated model)" : ""));
    if (!facts.backend.empty())
        add(facts.backend);
    if (facts.attempts)
        add(std::to_string(*facts.attempts) + (*facts.attempts == 1 ? " attempt" : " attempts"));
    if (facts.usage.source != rag::TokenUsage::Source::Unknown)
        add(std::to_string(facts.usage.prompt) + " + " + std::to_string(facts.usage.completion) + " tokens" +
            (facts.usage.source == rag::TokenUsage::Source::Estimated ? " (estimated)" : ""));
    if (facts.firstToken)
        add("first text after " + inSeconds(*facts.firstToken));
    add(inSeconds(facts.total));
    if (!facts.requestId.empty())
        add("request " + facts.requestId);
    return line;
}

const char* sourceText(rag::TokenUsage::Source source)
{
    return source == rag::TokenUsage::Source::Measured ? "measured" : "estimated";
}

Json passageJson(const rag::Passage& passage)
{
    Json json = {{"id", passage.id},
                 {"document", passage.documentId},
                 {"name", passage.documentName},
                 {"index", passage.index},
                 {"text", passage.text}};
    if (passage.page)
        json["page"] = *passage.page;
    if (passage.score)
        json["score"] = *passage.score;
    if (passage.vectorRank)
        json["vectorRank"] = *passage.vectorRank;
    if (passage.keywordRank)
        json["keywordRank"] = *passage.keywordRank;
    return json;
}

Json documentJson(const rag::Document& document)
{
    Json json = {{"id", document.id},
                 {"name", document.name},
                 {"bytes", document.bytes},
                 {"duplicate", document.duplicate}};
    json["chunks"] = document.chunks ? Json(*document.chunks) : Json();
    return json;
}

} // namespace

void AskCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command = parser.add_subcommand("ask", "Upload documents and ask about them");
    command
        ->add_option_function<std::string>(
            "--file", [this](const std::string& file) { m_files.push_back(file); },
            "a PDF, DOCX or TXT file; may be given several times")
        ->trigger_on_parse()
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    command->add_option("--deployment", m_deployment, "the model deployment that shall answer");
    command->add_option("question", m_question, "the question")->required();
    command->callback(std::move(chosen));
}

void AskCommand::run(const Context& context)
{
    if (context.session.services().ask == nullptr) {
        fail(context, gatehouse::fail(Error::Kind::InvalidInput, "The profile names no RAG backend.",
                                      "Put its address into the profile, or use --local.")
                          .value());
        return;
    }
    uploadNext(context);
}

void AskCommand::uploadNext(const Context& context)
{
    if (m_documents.size() == m_files.size()) {
        ask(context);
        return;
    }
    const std::string& file = m_files[m_documents.size()];
    m_upload = context.session.services().ask->upload(QString::fromStdString(file));
    connect(m_upload.get(), &jobs::Upload::finished, this,
            [this, context](const Result<rag::Document>& document) { uploaded(context, document); });
}

void AskCommand::uploaded(const Context& context, const Result<rag::Document>& document)
{
    m_upload.release()->deleteLater(); // it is its signal that we are in
    if (!document) {
        Error error = document.error();
        error.message = "“" + m_files[m_documents.size()] + "”: " + error.message;
        fail(context, error);
        return;
    }
    m_documents.push_back(*document);
    uploadNext(context);
}

void AskCommand::ask(const Context& context)
{
    rag::Question question;
    question.text = m_question;
    question.deployment = m_deployment;
    for (const rag::Document& document : m_documents) {
        if (!document.id.empty())
            question.documents.push_back(document.id);
    }
    m_answer = context.session.services().ask->ask(question);
    connect(m_answer.get(), &jobs::Answer::grounded, this,
            [this](const rag::Grounding& grounding) { m_grounding = grounding; });
    connect(m_answer.get(), &jobs::Answer::delta, this,
            [this](const QString& text) { m_text += text.toStdString(); });
    connect(m_answer.get(), &jobs::Answer::finished, this,
            [this, context](const rag::AnswerFacts& facts, const std::optional<Error>& error) {
                ended(context, facts, error);
            });
}

void AskCommand::ended(const Context& context, const rag::AnswerFacts& facts,
                       const std::optional<Error>& error)
{
    m_answer.release()->deleteLater();
    if (error) {
        fail(context, *error);
        return;
    }
    if (context.output.format() == Format::Json)
        context.output.json(toJson(facts));
    else
        showText(context, facts);
    finish(ExitStatus::Done);
}

void AskCommand::showText(const Context& context, const rag::AnswerFacts& facts) const
{
    context.output.text(m_text);
    for (const rag::Document& document : m_documents) {
        std::string line = document.name;
        if (document.chunks)
            line += ": " + std::to_string(*document.chunks) + (*document.chunks == 1 ? " chunk" : " chunks");
        context.output.note(line + (document.duplicate ? ", indexed before" : ""));
    }
    for (const rag::Citation& citation : facts.citations) {
        std::string line = "[" + std::to_string(citation.marker) + "] ";
        const auto passage =
            std::find_if(m_grounding.passages.begin(), m_grounding.passages.end(),
                         [&citation](const rag::Passage& one) { return one.id == citation.passageId; });
        if (passage == m_grounding.passages.end()) {
            context.output.note(line + "unproven: the backend retrieved no such passage");
            continue;
        }
        line += passage->documentName;
        if (passage->page)
            line += ", page " + std::to_string(*passage->page);
        context.output.note(line + ": " + excerptOf(passage->text));
    }
    if (facts.grounded && !*facts.grounded)
        context.output.note("The documents do not say.");
    if (!facts.endConfirmed)
        context.output.note("The backend did not confirm the end: this may not be all of the answer.");
    context.output.note(factsLine(facts));
}

Json AskCommand::toJson(const rag::AnswerFacts& facts) const
{
    Json json = {
        {"answer", m_text},           {"endConfirmed", facts.endConfirmed}, {"totalMs", facts.total.count()},
        {"documents", Json::array()}, {"citations", Json::array()},         {"passages", Json::array()}};
    for (const rag::Document& document : m_documents)
        json["documents"].push_back(documentJson(document));
    for (const rag::Citation& citation : facts.citations)
        json["citations"].push_back({{"marker", citation.marker}, {"passage", citation.passageId}});
    for (const rag::Passage& passage : m_grounding.passages)
        json["passages"].push_back(passageJson(passage));
    json["grounded"] = facts.grounded ? Json(*facts.grounded) : Json();
    json["simulated"] = facts.simulated ? Json(*facts.simulated) : Json();
    json["attempts"] = facts.attempts ? Json(*facts.attempts) : Json();
    json["firstTokenMs"] = facts.firstToken ? Json(facts.firstToken->count()) : Json();
    json["usage"] = facts.usage.source == rag::TokenUsage::Source::Unknown
                        ? Json()
                        : Json({{"prompt", facts.usage.prompt},
                                {"completion", facts.usage.completion},
                                {"source", sourceText(facts.usage.source)}});
    const auto add = [&json](const char* key, const std::string& value) {
        json[key] = value.empty() ? Json() : Json(value);
    };
    add("model", facts.model);
    add("backend", facts.backend);
    add("route", facts.route);
    add("requestId", facts.requestId);
    add("finishReason", facts.finishReason);
    return json;
}

} // namespace gatehouse::cli
