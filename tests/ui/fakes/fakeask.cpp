// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakeask.h"

namespace gatehouse::test {

using namespace Qt::StringLiterals;

FakeAsk::FakeAsk()
{
    rag::Health health;
    health.ready = true;
    health.status = "ok";
    health.model = "gpt-4o";
    health.simulated = true;
    health.documents = 2;
    healths.always(health);
    lists.always(sampleDocuments());
    chunkLists.always(sampleGrounding().passages);
    receipts.always(rag::Receipt{"doc-1", "Employment terms.pdf", 14, DateTime::fromCivil(2026, 6, 3)});
}

std::vector<rag::Document> sampleDocuments()
{
    rag::Document terms;
    terms.id = "doc-1";
    terms.name = "Employment terms.pdf";
    terms.mediaType = "application/pdf";
    terms.bytes = 182'000;
    terms.pages = 12;
    terms.chunks = 14;
    rag::Document travel;
    travel.id = "doc-2";
    travel.name = "Travel and expenses.docx";
    travel.mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    travel.bytes = 48'000;
    travel.chunks = 6;
    return {terms, travel};
}

rag::Grounding sampleGrounding()
{
    const auto passage = [](const char* id, int page, int index, double score, std::optional<int> vector,
                            std::optional<int> keyword, const char* text) {
        rag::Passage made;
        made.id = id;
        made.documentId = "doc-1";
        made.documentName = "Employment terms.pdf";
        made.page = page;
        made.index = index;
        made.tokens = 187;
        made.text = text;
        made.score = score;
        made.vectorRank = vector;
        made.keywordRank = keyword;
        return made;
    };
    rag::Grounding grounding;
    grounding.passages = {
        passage(
            "p-4", 3, 4, 0.0325, 1, 1,
            "Termination. After the probation period either side may end the employment with three months' "
            "notice to the end of a calendar quarter. Notice has to be given in writing."),
        passage(
            "p-2", 2, 2, 0.0318, 2, 3,
            "Probation. The first six months are a probation period, during which either side may end the "
            "employment with two weeks' notice."),
        passage("p-9", 8, 9, 0.0156, std::nullopt, 2,
                "Certificates. On leaving, the employer issues a qualified certificate within four weeks."),
        passage("p-11", 10, 11, 0.0154, 3, std::nullopt,
                "Return of property. Devices, keys and documents are returned on the last working day.")};
    grounding.prompt = {
        {rag::Message::Role::System,
         "Answer from the context alone and cite it as [n]. If it does not say, say so."},
        {rag::Message::Role::User,
         "Context:\n[1] Termination. After the probation period …\n[2] Probation. …\n\nQuestion: How "
         "long is the notice period?"}};
    return grounding;
}

rag::AnswerFacts sampleFacts()
{
    rag::AnswerFacts facts;
    facts.grounded = true;
    facts.citations = {{1, "p-4"}, {2, "p-2"}};
    facts.model = "gpt-4o";
    facts.simulated = true;
    facts.backend = "aoai-eastus";
    facts.attempts = 2;
    facts.route = "default";
    facts.requestId = "0f8fad5b-d9cb-469f-a165-70867728950e";
    facts.finishReason = "stop";
    facts.usage = {rag::TokenUsage::Source::Measured, 812, 41};
    facts.firstToken = std::chrono::milliseconds(240);
    facts.total = std::chrono::milliseconds(1240);
    return facts;
}

QString sampleAnswer()
{
    return u"After the probation period the notice period is **three months** to the end of a quarter "
           u"[1].\n\n"
           "- During the first six months it is *two weeks* [2].\n"
           "- Notice has to be given in writing [1].\n\n"
           "```text\nGiven 14 May, so the last day is 30 September\n```\n\n"
           "See [the law](https://example.com/notice) for exceptions."_s;
}

void answerWhole(FakeAnswer& answer, const QString& text, rag::AnswerFacts facts)
{
    Q_EMIT answer.grounded(sampleGrounding());
    for (qsizetype at = 0; at < text.size(); at += 17)
        Q_EMIT answer.delta(text.mid(at, 17));
    Q_EMIT answer.finished(facts, std::nullopt);
}

} // namespace gatehouse::test
