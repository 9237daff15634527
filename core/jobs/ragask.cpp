// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/ragask.h"

#include <QtCore/QFile>
#include <QtCore/QPointer>

namespace gatehouse::jobs {

namespace {

/// At most 20 repaints a second.
constexpr std::chrono::milliseconds Pace{50};

class RagUpload final : public Upload
{
public:
    explicit RagUpload(std::unique_ptr<rag::FileUpload> upload)
        : m_upload(std::move(upload))
    {
        connect(m_upload.get(), &rag::FileUpload::progress, this, &Upload::progress);
        connect(m_upload.get(), &rag::FileUpload::finished, this,
                [this](const rag::Document& document, const std::optional<Error>& error) {
                    if (error)
                        Q_EMIT finished(fail(*error));
                    else
                        Q_EMIT finished(document);
                });
    }
    void cancel() override { m_upload->cancel(); }

private:
    std::unique_ptr<rag::FileUpload> m_upload;
};

/// The first piece goes on at once, what comes within the next 50 ms together.
class RagAnswer final : public Answer
{
public:
    RagAnswer(std::unique_ptr<rag::Chat> chat, http::Scheduler& scheduler)
        : m_chat(std::move(chat))
        , m_scheduler(scheduler)
    {
        connect(m_chat.get(), &rag::Chat::grounded, this, &Answer::grounded);
        connect(m_chat.get(), &rag::Chat::text, this, [this](const std::string& piece) {
            m_pending += piece;
            if (!m_pacing)
                flush();
        });
        connect(m_chat.get(), &rag::Chat::finished, this,
                [this](const rag::AnswerFacts& facts, const std::optional<Error>& error) {
                    m_wait.cancel();
                    const QPointer<RagAnswer> alive(this);
                    if (!error || !error->cancelled())
                        give();
                    if (alive)
                        Q_EMIT finished(facts, error);
                });
    }

    void stop() override
    {
        m_wait.cancel();
        m_pending.clear();
        m_chat->stop();
    }

private:
    void flush()
    {
        m_pacing = !m_pending.empty();
        if (!m_pacing)
            return;
        m_wait = m_scheduler.callAfter(Pace, [this] { flush(); });
        give();
    }

    /// Pieces are whole characters: the events they came in were decoded whole.
    void give()
    {
        const QString text = QString::fromStdString(std::exchange(m_pending, {}));
        if (!text.isEmpty())
            Q_EMIT delta(text);
    }

    std::unique_ptr<rag::Chat> m_chat;
    http::Scheduler& m_scheduler;
    http::Scheduler::Wait m_wait;
    std::string m_pending;
    bool m_pacing = false; // the last piece is less than Pace old
};

} // namespace

QFuture<Result<rag::Health>> RagAsk::health(std::stop_token stop)
{
    return m_client.health(std::move(stop));
}

std::unique_ptr<Upload> RagAsk::upload(const QString& path)
{
    return std::make_unique<RagUpload>(m_client.upload(QFile::encodeName(path).toStdString()));
}

std::unique_ptr<Answer> RagAsk::ask(const rag::Question& question)
{
    return std::make_unique<RagAnswer>(m_client.ask(question), m_scheduler);
}

QFuture<Result<std::vector<rag::Document>>> RagAsk::documents(std::stop_token stop)
{
    return m_client.documents(std::move(stop));
}

QFuture<Result<std::vector<rag::Passage>>> RagAsk::passages(std::string documentId, std::stop_token stop)
{
    return m_client.passages(documentId, std::move(stop));
}

QFuture<Result<rag::Receipt>> RagAsk::forget(std::string documentId, std::stop_token stop)
{
    return m_client.forget(documentId, std::move(stop));
}

} // namespace gatehouse::jobs
