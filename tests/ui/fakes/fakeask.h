// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/ask.h"
#include "tests/ui/fakes/fakeservices.h"

#include <QtCore/QPointer>

namespace gatehouse::test {

class FakeUpload final : public jobs::Upload
{
    Q_OBJECT
public:
    using jobs::Upload::Upload;
    QString path;
    bool cancelled = false;

    void cancel() override
    {
        cancelled = true;
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT finished(fail(Error::Kind::Cancelled, "Stopped.")); },
            Qt::QueuedConnection);
    }
    void done(const rag::Document& document) { Q_EMIT finished(document); }
    void failed(const Error& error) { Q_EMIT finished(fail(error)); }
};

class FakeAnswer final : public jobs::Answer
{
    Q_OBJECT
public:
    using jobs::Answer::Answer;
    rag::Question question;
    bool stopped = false;
    bool deaf = false; ///< does not say that it stopped

    void stop() override
    {
        stopped = true;
        if (!deaf)
            QMetaObject::invokeMethod(
                this, [this] { Q_EMIT finished({}, fail(Error::Kind::Cancelled, "Stopped.").value()); },
                Qt::QueuedConnection);
    }
};

/// A document service under a test's control. What it handed out stays reachable while it lives.
class FakeAsk final : public jobs::AskService
{
public:
    Answers<Result<rag::Health>> healths;
    Answers<Result<std::vector<rag::Document>>> lists;
    Answers<Result<std::vector<rag::Passage>>> chunkLists;
    Answers<Result<rag::Receipt>> receipts;
    std::vector<QPointer<FakeUpload>> uploads;
    std::vector<QPointer<FakeAnswer>> answers;

    FakeAsk();

    QFuture<Result<rag::Health>> health(std::stop_token stop) override
    {
        return healths.ask(std::move(stop));
    }
    std::unique_ptr<jobs::Upload> upload(const QString& path) override
    {
        auto made = std::make_unique<FakeUpload>();
        made->path = path;
        uploads.emplace_back(made.get());
        return made;
    }
    std::unique_ptr<jobs::Answer> ask(const rag::Question& question) override
    {
        auto made = std::make_unique<FakeAnswer>();
        made->question = question;
        answers.emplace_back(made.get());
        return made;
    }
    QFuture<Result<std::vector<rag::Document>>> documents(std::stop_token stop) override
    {
        return lists.ask(std::move(stop));
    }
    QFuture<Result<std::vector<rag::Passage>>> passages(std::string /*documentId*/,
                                                        std::stop_token stop) override
    {
        return chunkLists.ask(std::move(stop));
    }
    QFuture<Result<rag::Receipt>> forget(std::string /*documentId*/, std::stop_token stop) override
    {
        return receipts.ask(std::move(stop));
    }
    /// The answer that was asked for last; it must not be over.
    FakeAnswer& last() { return *answers.back(); }
};

/// A notice period and a holiday rule: two documents, four passages.
[[nodiscard]] std::vector<rag::Document> sampleDocuments();
[[nodiscard]] rag::Grounding sampleGrounding();
[[nodiscard]] rag::AnswerFacts sampleFacts();
[[nodiscard]] QString sampleAnswer();
/// Says the whole sample answer, in pieces.
void answerWhole(FakeAnswer& answer, const QString& text = sampleAnswer(),
                 rag::AnswerFacts facts = sampleFacts());

} // namespace gatehouse::test
