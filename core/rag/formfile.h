// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/bodyupload.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::rag {

/// A multipart/form-data body (RFC 7578) with one file as its only part, read from the disk piece by piece.
/// Only plain files: a symbolic link, a pipe or a device is refused before it is opened. The file is watched
/// while it is read: one that gets shorter, longer, is written to or taken away is an error, and the body is
/// never finished then. One thread.
class FormFile final : public http::BodySource
{
public:
    /// InvalidInput for a file that cannot be sent, with NoSuchFile, NotReadable, NotPlainFile or
    /// EmptyDocument as serviceCode. field is the part's name.
    [[nodiscard]] static Result<std::unique_ptr<FormFile>> open(const std::string& path,
                                                                std::string_view field);
    ~FormFile() override;

    [[nodiscard]] std::int64_t size() const override;
    /// InvalidInput with FileChanged or FileVanished as serviceCode.
    [[nodiscard]] Result<std::string> next(std::size_t most) override;

    [[nodiscard]] const std::string& contentType() const { return m_contentType; }
    [[nodiscard]] const std::string& fileName() const { return m_fileName; }
    [[nodiscard]] std::int64_t fileSize() const { return m_fileSize; }
    /// Of the body's first so many bytes, those of the file.
    [[nodiscard]] std::int64_t fileBytesOf(std::int64_t bodyBytes) const;

private:
    FormFile(int descriptor, std::string path);

    [[nodiscard]] Result<std::string> nextOfFile(std::size_t most);
    [[nodiscard]] Status stillThere() const;
    [[nodiscard]] Status unchanged() const;

    int m_descriptor;
    std::string m_path;
    std::string m_fileName;
    std::string m_contentType;
    std::string m_head;
    std::string m_tail;
    std::int64_t m_fileSize = 0;
    std::int64_t m_changed = 0; // its last change in nanoseconds
    std::int64_t m_read = 0;    // of the whole body
};

/// A file's name as a quoted string of a Content-Disposition: quotes and line ends escaped as browsers do
/// (WHATWG HTML 4.10.22.8), everything else as UTF-8.
[[nodiscard]] std::string quotedFormName(std::string_view name);
/// "application/pdf" for report.PDF; by the name alone, since what it is the backend finds out.
[[nodiscard]] std::string mediaTypeOf(std::string_view fileName);

} // namespace gatehouse::rag
