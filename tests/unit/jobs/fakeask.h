// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/ask.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <functional>
#include <vector>

namespace gatehouse::test {

/// A backend whose answers a test writes. It answers by itself, once the event loop runs, unless it is told
/// to hold; it counts what is open, so that a test sees what is at the same time and what was left behind.
class FakeAsk final : public jobs::AskService
{
public:
    struct Script
    {
        std::optional<rag::Grounding> grounding;
        QStringList deltas;
        rag::AnswerFacts facts;
        std::optional<Error> error;
    };
    std::function<Script(const rag::Question&)> answer;
    std::function<Result<rag::Document>(const QString&)> take;
    bool hold = false; ///< questions wait for release()

    std::vector<rag::Question> questions;
    QStringList uploads;
    int open = 0;
    int mostOpen = 0;
    int stopped = 0;

    void release()
    {
        hold = false;
        auto held = std::move(m_held);
        m_held.clear();
        for (const auto& call : held)
            call();
    }

    QFuture<Result<rag::Health>> health(std::stop_token) override { return notOffered<rag::Health>(); }
    std::unique_ptr<jobs::Upload> upload(const QString& path) override;
    std::unique_ptr<jobs::Answer> ask(const rag::Question& question) override;
    QFuture<Result<std::vector<rag::Document>>> documents(std::stop_token) override
    {
        return notOffered<std::vector<rag::Document>>();
    }
    QFuture<Result<std::vector<rag::Passage>>> passages(std::string, std::stop_token) override
    {
        return notOffered<std::vector<rag::Passage>>();
    }
    QFuture<Result<rag::Receipt>> forget(std::string, std::stop_token) override
    {
        return notOffered<rag::Receipt>();
    }

private:
    template <typename T>
    static QFuture<Result<T>> notOffered()
    {
        return QtFuture::makeReadyFuture(Result<T>(fail(Error::Kind::NotFound, "not offered")));
    }
    void later(QObject* context, std::function<void()> call)
    {
        if (hold)
            m_held.push_back([context = QPointer<QObject>(context), call = std::move(call)] {
                if (context != nullptr)
                    call();
            });
        else
            QMetaObject::invokeMethod(context, call, Qt::QueuedConnection);
    }

    class FakeUpload;
    class FakeAnswer;
    std::vector<std::function<void()>> m_held;
};

class FakeAsk::FakeUpload final : public jobs::Upload
{
public:
    void cancel() override { over = true; }
    bool over = false;
};

class FakeAsk::FakeAnswer final : public jobs::Answer
{
public:
    explicit FakeAnswer(FakeAsk& owner)
        : m_owner(owner)
    {
        ++owner.open;
        owner.mostOpen = std::max(owner.mostOpen, owner.open);
    }
    ~FakeAnswer() override { close(); }
    void stop() override
    {
        if (m_over)
            return;
        m_over = true;
        ++m_owner.stopped;
        close();
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT finished({}, fail(Error::Kind::Cancelled, "stopped").value()); },
            Qt::QueuedConnection);
    }
    void play(const Script& script)
    {
        if (script.grounding && !m_over)
            Q_EMIT grounded(*script.grounding);
        for (const QString& text : script.deltas) {
            if (!m_over)
                Q_EMIT delta(text);
        }
        if (m_over)
            return;
        m_over = true;
        close();
        Q_EMIT finished(script.facts, script.error);
    }

private:
    void close()
    {
        if (m_open)
            --m_owner.open;
        m_open = false;
    }
    FakeAsk& m_owner;
    bool m_over = false;
    bool m_open = true;
};

inline std::unique_ptr<jobs::Upload> FakeAsk::upload(const QString& path)
{
    uploads.append(path);
    auto upload = std::make_unique<FakeUpload>();
    later(upload.get(), [this, path, raw = upload.get()] {
        if (raw->over)
            return;
        Q_EMIT raw->progress(10, 10);
        Q_EMIT raw->finished(take(path));
    });
    return upload;
}

inline std::unique_ptr<jobs::Answer> FakeAsk::ask(const rag::Question& question)
{
    questions.push_back(question);
    auto playing = std::make_unique<FakeAnswer>(*this);
    later(playing.get(), [raw = playing.get(), script = answer(question)] { raw->play(script); });
    return playing;
}

} // namespace gatehouse::test
