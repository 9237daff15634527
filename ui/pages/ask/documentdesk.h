// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/ask.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace gatehouse::ui {

/// A file on its way to the backend, or what became of it.
struct UploadLine
{
    enum class State { Waiting, Sending, Indexing, Done, Failed, Stopped };
    int number = 0; ///< its name here
    QString path;
    QString name; ///< of the file
    State state = State::Waiting;
    qint64 sent = 0;
    qint64 total = 0;
    std::optional<rag::Document> document; ///< Done
    std::optional<Error> error;            ///< Failed

    [[nodiscard]] bool over() const { return state >= State::Done; }
};

/// The passages of a document, being looked at.
struct ChunksView
{
    rag::Document document;
    bool loading = true;
    std::vector<rag::Passage> passages;
    std::optional<Error> error;
};

/// The documents of the backend, the files on their way to it, and what is forgotten. One file is sent at a
/// time. Main thread; the service outlives its use.
class DocumentDesk : public QObject
{
    Q_OBJECT
public:
    static constexpr int MaxWaiting = 200; ///< files

    explicit DocumentDesk(QObject* parent = nullptr);
    ~DocumentDesk() override;

    /// Null: nobody is signed in, or there is no backend. Everything on its way is stopped.
    void setService(jobs::AskService* service);
    /// Asks for the list; answered() follows, unless another call came after it.
    void refresh();

    [[nodiscard]] const std::vector<rag::Document>& documents() const { return m_documents; }
    /// False: the backend keeps to the three calls and lists nothing; documents() is what was uploaded now.
    [[nodiscard]] bool listed() const { return m_listed; }
    [[nodiscard]] const std::optional<Error>& problem() const { return m_problem; }
    [[nodiscard]] const std::vector<UploadLine>& uploads() const { return m_uploads; }
    [[nodiscard]] bool uploading() const { return m_upload != nullptr || !m_waiting.empty(); }
    [[nodiscard]] const std::optional<ChunksView>& chunks() const { return m_chunks; }
    [[nodiscard]] const std::string& forgetting() const { return m_forgetting; }

    void upload(const QStringList& paths);
    void cancelUpload(int number);
    void cancelAll();
    /// Sends a file again that failed or was stopped.
    void retryUpload(int number);
    /// Takes the lines away that are over.
    void clearUploads();
    void openChunks(const std::string& documentId);
    void closeChunks();
    void forget(const std::string& documentId);

Q_SIGNALS:
    void changed();
    void answered(); ///< documents() and problem() are of now
    void uploaded(const gatehouse::rag::Document& document);
    void forgotten(const gatehouse::Result<gatehouse::rag::Receipt>& receipt);

private:
    void sendNext();
    [[nodiscard]] UploadLine* line(int number);
    void take(int number, const Result<rag::Document>& document);
    void keep(const rag::Document& document);

    jobs::AskService* m_service = nullptr;
    std::vector<rag::Document> m_documents;
    bool m_listed = true;
    std::optional<Error> m_problem;
    std::vector<UploadLine> m_uploads;
    std::deque<int> m_waiting;
    std::unique_ptr<jobs::Upload> m_upload;
    int m_sending = 0;
    int m_lastNumber = 0;
    std::optional<ChunksView> m_chunks;
    std::string m_forgetting;
    std::stop_source m_listStop;
    std::stop_source m_chunksStop;
    std::stop_source m_forgetStop;
};

} // namespace gatehouse::ui
