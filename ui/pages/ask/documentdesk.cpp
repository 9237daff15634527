// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/documentdesk.h"

#include <QtCore/QFileInfo>

#include <algorithm>

namespace gatehouse::ui {

namespace {

constexpr const char* NotOffered = "NotOffered";

void restart(std::stop_source& source)
{
    source.request_stop();
    source = std::stop_source();
}

} // namespace

DocumentDesk::DocumentDesk(QObject* parent)
    : QObject(parent)
{}

DocumentDesk::~DocumentDesk()
{
    for (std::stop_source* const source : {&m_listStop, &m_chunksStop, &m_forgetStop})
        source->request_stop();
}

void DocumentDesk::setService(jobs::AskService* service)
{
    for (std::stop_source* const source : {&m_listStop, &m_chunksStop, &m_forgetStop})
        restart(*source);
    m_upload.reset();
    m_waiting.clear();
    m_uploads.clear();
    m_documents.clear();
    m_chunks.reset();
    m_forgetting.clear();
    m_problem.reset();
    m_listed = true;
    m_service = service;
    Q_EMIT changed();
}

void DocumentDesk::refresh()
{
    if (m_service == nullptr)
        return;
    restart(m_listStop);
    const std::stop_token stop = m_listStop.get_token();
    m_service->documents(stop).then(this, [this, stop](const Result<std::vector<rag::Document>>& documents) {
        if (stop.stop_requested())
            return;
        m_problem.reset();
        m_listed = documents || documents.error().serviceCode != NotOffered;
        if (documents)
            m_documents = *documents;
        else if (m_listed)
            m_problem = documents.error();
        Q_EMIT changed();
        Q_EMIT answered();
    });
}

void DocumentDesk::upload(const QStringList& paths)
{
    if (m_service == nullptr)
        return;
    for (const QString& path : paths) {
        if (static_cast<int>(m_waiting.size()) >= MaxWaiting)
            break;
        UploadLine added;
        added.number = ++m_lastNumber;
        added.path = path;
        added.name = QFileInfo(path).fileName();
        m_uploads.push_back(std::move(added));
        m_waiting.push_back(m_lastNumber);
    }
    sendNext();
    Q_EMIT changed();
}

UploadLine* DocumentDesk::line(int number)
{
    const auto found = std::find_if(m_uploads.begin(), m_uploads.end(),
                                    [number](const UploadLine& one) { return one.number == number; });
    return found == m_uploads.end() ? nullptr : &*found;
}

void DocumentDesk::sendNext()
{
    while (m_upload == nullptr && !m_waiting.empty() && m_service != nullptr) {
        m_sending = m_waiting.front();
        m_waiting.pop_front();
        UploadLine* const sent = line(m_sending);
        if (sent == nullptr)
            continue;
        sent->state = UploadLine::State::Sending;
        m_upload = m_service->upload(sent->path);
        connect(m_upload.get(), &jobs::Upload::progress, this, [this](qint64 done, qint64 total) {
            if (UploadLine* const current = line(m_sending)) {
                current->sent = done;
                current->total = total;
                if (total > 0 && done >= total)
                    current->state = UploadLine::State::Indexing;
                Q_EMIT changed();
            }
        });
        connect(
            m_upload.get(), &jobs::Upload::finished, this,
            [this, number = m_sending](const Result<rag::Document>& document) { take(number, document); });
    }
}

void DocumentDesk::take(int number, const Result<rag::Document>& document)
{
    // It is the sender of what is handled here.
    disconnect(m_upload.get(), nullptr, this, nullptr);
    m_upload.release()->deleteLater();
    if (UploadLine* const current = line(number)) {
        current->state = document                       ? UploadLine::State::Done
                         : document.error().cancelled() ? UploadLine::State::Stopped
                                                        : UploadLine::State::Failed;
        if (document)
            current->document = *document;
        else
            current->error = document.error();
    }
    if (document) {
        keep(*document);
        // It stands among the documents now; only what they do not tell stays in the list.
        if (!document->duplicate)
            std::erase_if(m_uploads, [number](const UploadLine& one) { return one.number == number; });
        Q_EMIT uploaded(*document);
    }
    sendNext();
    Q_EMIT changed();
    if (document && m_upload == nullptr && m_listed)
        refresh();
}

void DocumentDesk::keep(const rag::Document& document)
{
    const auto same = std::find_if(m_documents.begin(), m_documents.end(), [&](const rag::Document& one) {
        return document.id.empty() ? one.id.empty() && one.name == document.name : one.id == document.id;
    });
    if (same == m_documents.end())
        m_documents.push_back(document);
    else
        *same = document;
}

void DocumentDesk::cancelUpload(int number)
{
    if (number == m_sending && m_upload != nullptr) {
        m_upload->cancel();
        return;
    }
    UploadLine* const waiting = line(number);
    if (waiting == nullptr || waiting->over())
        return;
    std::erase(m_waiting, number);
    waiting->state = UploadLine::State::Stopped;
    Q_EMIT changed();
}

void DocumentDesk::cancelAll()
{
    const std::deque<int> waiting = m_waiting;
    for (const int number : waiting)
        cancelUpload(number);
    if (m_upload != nullptr)
        cancelUpload(m_sending);
}

void DocumentDesk::retryUpload(int number)
{
    UploadLine* const again = line(number);
    if (again == nullptr || !again->over() || again->state == UploadLine::State::Done || m_service == nullptr)
        return;
    again->state = UploadLine::State::Waiting;
    again->error.reset();
    again->sent = again->total = 0;
    m_waiting.push_back(number);
    sendNext();
    Q_EMIT changed();
}

void DocumentDesk::clearUploads()
{
    std::erase_if(m_uploads, [](const UploadLine& one) { return one.over(); });
    Q_EMIT changed();
}

void DocumentDesk::openChunks(const std::string& documentId)
{
    const auto document = std::find_if(m_documents.begin(), m_documents.end(),
                                       [&](const rag::Document& one) { return one.id == documentId; });
    if (m_service == nullptr || document == m_documents.end() || documentId.empty())
        return;
    restart(m_chunksStop);
    const std::stop_token stop = m_chunksStop.get_token();
    m_chunks = ChunksView{*document, true, {}, {}};
    Q_EMIT changed();
    m_service->passages(documentId, stop)
        .then(this, [this, stop](const Result<std::vector<rag::Passage>>& passages) {
            if (stop.stop_requested() || !m_chunks)
                return;
            m_chunks->loading = false;
            if (passages)
                m_chunks->passages = *passages;
            else
                m_chunks->error = passages.error();
            Q_EMIT changed();
        });
}

void DocumentDesk::closeChunks()
{
    m_chunksStop.request_stop();
    m_chunks.reset();
    Q_EMIT changed();
}

void DocumentDesk::forget(const std::string& documentId)
{
    if (m_service == nullptr || documentId.empty() || !m_forgetting.empty())
        return;
    restart(m_forgetStop);
    const std::stop_token stop = m_forgetStop.get_token();
    m_forgetting = documentId;
    Q_EMIT changed();
    m_service->forget(documentId, stop)
        .then(this, [this, stop, documentId](const Result<rag::Receipt>& receipt) {
            if (stop.stop_requested())
                return;
            m_forgetting.clear();
            if (receipt)
                std::erase_if(m_documents, [&](const rag::Document& one) { return one.id == documentId; });
            Q_EMIT changed();
            Q_EMIT forgotten(receipt);
            refresh();
        });
}

} // namespace gatehouse::ui
