// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/fileupload.h"

#include "core/rag/reading.h"

namespace gatehouse::rag {

FileUpload::FileUpload(auth::TokenSource& tokens, const Clock& clock, const Backend& backend,
                       const Limits& limits, std::string path)
    : m_clock(clock)
    , m_backend(backend)
    , m_limits(limits)
    , m_path(std::move(path))
    , m_bearer(tokens, backend.scope)
{
    // Queued, so that nothing is emitted before its owner has connected to it. The file is looked at before
    // anybody is asked for a token.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_over)
                return;
            const auto file = FormFile::open(m_path, m_backend.mapping.fileField);
            if (file)
                authorize();
            else
                finish(fail(file.error()));
        },
        Qt::QueuedConnection);
}

FileUpload::~FileUpload()
{
    m_stop.request_stop();
}

void FileUpload::cancel()
{
    if (m_over)
        return;
    m_over = true;
    m_stop.request_stop();
    m_upload.reset();
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT finished({}, http::cancelledError()); }, Qt::QueuedConnection);
}

void FileUpload::authorize()
{
    m_bearer.token(m_stop.get_token()).then(this, [this](const Result<std::string>& token) {
        if (m_over)
            return;
        if (token)
            send(*token);
        else
            finish(fail(token.error()));
    });
}

void FileUpload::send(const std::string& token)
{
    auto file = FormFile::open(m_path, m_backend.mapping.fileField);
    if (!file) {
        finish(fail(file.error()));
        return;
    }
    http::HttpRequest request;
    request.method = "POST";
    request.url = m_backend.address("/upload");
    request.headers.set("Content-Type", (*file)->contentType());
    request.headers.set("Accept", "application/json");
    m_bearer.put(request.headers, token);
    m_fileName = (*file)->fileName();
    m_fileSize = (*file)->fileSize();
    http::UploadLimits limits;
    limits.stall = m_limits.silence;
    limits.answer = m_limits.indexing;
    limits.total = m_limits.upload;
    const FormFile* const shown = file->get(); // lives while the upload does not have its answer
    m_upload =
        std::make_unique<http::BodyUpload>(std::move(request), std::move(*file), m_stop.get_token(), limits);
    connect(m_upload.get(), &http::BodyUpload::progress, this,
            [this, shown](qint64 sent, qint64) { Q_EMIT progress(shown->fileBytesOf(sent), m_fileSize); });
    connect(m_upload.get(), &http::BodyUpload::finished, this, &FileUpload::take);
}

void FileUpload::take(const http::HttpResponse& response, const std::optional<Error>& error)
{
    if (m_over)
        return;
    if (error) {
        finish(fail(*error));
        return;
    }
    if (response.status == 401 && m_bearer.renew(response.headers)) {
        m_upload.release()->deleteLater(); // it is its signal that we are in
        authorize();
        return;
    }
    finish(documentOf(response));
}

Result<Document> FileUpload::documentOf(const http::HttpResponse& response) const
{
    if (response.status != 200 && response.status != 201) {
        Error error = backendError(response.status, response.headers, response.body.text(), m_clock.now());
        if (response.status == 401)
            error.claims = m_bearer.claims();
        return fail(std::move(error));
    }
    const Result<Json> json = parseJson(response.body.text());
    if (!json || !json->is_object())
        return fail(Error::Kind::Protocol, "The RAG backend's answer to the upload cannot be read.",
                    "Check its address in the profile; a proxy or a sign-in page may stand before it.");
    Document document = documentFrom(*json, m_backend.mapping.chunksField);
    if (document.name.empty())
        document.name = m_fileName;
    if (document.bytes == 0)
        document.bytes = m_fileSize;
    return document;
}

void FileUpload::finish(const Result<Document>& result)
{
    if (m_over)
        return;
    m_over = true;
    if (result)
        Q_EMIT finished(*result, std::nullopt);
    else
        Q_EMIT finished({}, result.error());
}

} // namespace gatehouse::rag
