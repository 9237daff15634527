// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/http/bodyupload.h"
#include "core/rag/backend.h"
#include "core/rag/bearer.h"
#include "core/rag/formfile.h"
#include "core/rag/values.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace gatehouse::rag {

/// One file on its way to POST /upload; sent once, and once more from its start after a 401. Main thread;
/// deleting it cancels.
class FileUpload final : public QObject
{
    Q_OBJECT
public:
    /// tokens and clock must outlive this. Nothing is emitted before this returns.
    FileUpload(auth::TokenSource& tokens, const Clock& clock, const Backend& backend, const Limits& limits,
               std::string path);
    ~FileUpload() override;

    void cancel();

Q_SIGNALS:
    /// Bytes of the file. Equal when the backend has all of them and reads what is in them.
    void progress(qint64 sent, qint64 total);
    /// Once, last.
    void finished(const gatehouse::rag::Document& document, const std::optional<gatehouse::Error>& error);

private:
    void authorize();
    void send(const std::string& token);
    void take(const http::HttpResponse& response, const std::optional<Error>& error);
    void finish(const Result<Document>& result);
    [[nodiscard]] Result<Document> documentOf(const http::HttpResponse& response) const;

    const Clock& m_clock;
    Backend m_backend;
    Limits m_limits;
    std::string m_path;
    Bearer m_bearer;
    std::unique_ptr<http::BodyUpload> m_upload;
    std::string m_fileName;
    std::int64_t m_fileSize = 0;
    std::stop_source m_stop;
    bool m_over = false;
};

} // namespace gatehouse::rag
