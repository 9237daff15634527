// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/formfile.h"

#include "core/base/encoding.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse::rag {

namespace {

tl::unexpected<Error> refuse(const char* code, std::string message, std::string advice)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = code;
    error.message = std::move(message);
    error.advice = std::move(advice);
    return fail(std::move(error));
}

tl::unexpected<Error> notReadable(int reason)
{
    if (reason == ENOENT || reason == ENOTDIR || reason == ENAMETOOLONG)
        return refuse("NoSuchFile", "There is no such file.", "Choose the file again.");
    if (reason == ELOOP)
        return refuse("NotPlainFile", "This is a symbolic link, not a file.", "Choose the file itself.");
    return refuse("NotReadable", "The file cannot be read.", "Check its permissions.");
}

tl::unexpected<Error> vanished()
{
    return refuse("FileVanished", "The file was taken away while it was being sent; nothing was uploaded.",
                  "Choose the file again.");
}

tl::unexpected<Error> changed(const char* how)
{
    return refuse("FileChanged",
                  std::string("The file ") + how + " while it was being sent; nothing was uploaded.",
                  "Wait until nothing writes to it any more, and try again.");
}

std::int64_t lastChange(const struct stat& info)
{
    return static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
}

std::string nameOf(const std::string& path)
{
    return toValidUtf8(std::string_view(path).substr(path.rfind('/') + 1));
}

} // namespace

std::string quotedFormName(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : toValidUtf8(name)) {
        if (c == '"')
            quoted += "%22";
        else if (c == '\r')
            quoted += "%0D";
        else if (c == '\n')
            quoted += "%0A";
        else if (c == '\0')
            quoted += "%00";
        else
            quoted += c;
    }
    return quoted + "\"";
}

std::string mediaTypeOf(std::string_view fileName)
{
    static constexpr std::array<std::pair<std::string_view, const char*>, 6> Types{
        {{".pdf", "application/pdf"},
         {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
         {".txt", "text/plain"},
         {".text", "text/plain"},
         {".md", "text/markdown"},
         {".markdown", "text/markdown"}}};
    const std::string folded = toLower(fileName);
    for (const auto& [ending, type] : Types) {
        if (folded.ends_with(ending))
            return type;
    }
    return "application/octet-stream";
}

Result<std::unique_ptr<FormFile>> FormFile::open(const std::string& path, std::string_view field)
{
    struct stat info = {};
    // Looked at before it is opened: to open a device may already do something.
    if (::lstat(path.c_str(), &info) != 0)
        return notReadable(errno);
    if (S_ISLNK(info.st_mode))
        return notReadable(ELOOP);
    if (!S_ISREG(info.st_mode))
        return refuse("NotPlainFile",
                      S_ISDIR(info.st_mode) ? "This is a folder, not a file."
                                            : "This is a device or a pipe, not a file.",
                      "Choose a PDF, DOCX or TXT file.");
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return notReadable(errno);
    std::unique_ptr<FormFile> file(new FormFile(descriptor, path));
    if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        return refuse("NotPlainFile", "This is no plain file.", "Choose a PDF, DOCX or TXT file.");
    if (info.st_size == 0)
        return refuse("EmptyDocument", "The file is empty.", "Choose a file with text in it.");
    file->m_fileSize = info.st_size;
    file->m_changed = lastChange(info);
    file->m_fileName = nameOf(path);
    const std::string boundary = "gatehouse-" + toHex(randomBytes(24));
    file->m_contentType = "multipart/form-data; boundary=" + boundary;
    file->m_head = "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quotedFormName(field) +
                   "; filename=" + quotedFormName(file->m_fileName) +
                   "\r\nContent-Type: " + mediaTypeOf(file->m_fileName) + "\r\n\r\n";
    file->m_tail = "\r\n--" + boundary + "--\r\n";
    return file;
}

FormFile::FormFile(int descriptor, std::string path)
    : m_descriptor(descriptor)
    , m_path(std::move(path))
{}

FormFile::~FormFile()
{
    ::close(m_descriptor);
}

std::int64_t FormFile::size() const
{
    return static_cast<std::int64_t>(m_head.size() + m_tail.size()) + m_fileSize;
}

std::int64_t FormFile::fileBytesOf(std::int64_t bodyBytes) const
{
    if (bodyBytes >= size())
        return m_fileSize;
    // The last byte of the file counts with the end of the form, so that a whole file is a whole body.
    return std::clamp<std::int64_t>(bodyBytes - static_cast<std::int64_t>(m_head.size()), 0, m_fileSize - 1);
}

Result<std::string> FormFile::next(std::size_t most)
{
    const auto headSize = static_cast<std::int64_t>(m_head.size());
    std::string piece;
    if (m_read < headSize) {
        piece = m_head.substr(static_cast<std::size_t>(m_read), most);
    } else if (m_read < headSize + m_fileSize) {
        Result<std::string> read = nextOfFile(most);
        if (!read)
            return read;
        piece = std::move(*read);
    } else {
        if (Status same = unchanged(); !same)
            return fail(same.error());
        piece = m_tail.substr(static_cast<std::size_t>(m_read - headSize - m_fileSize), most);
    }
    m_read += static_cast<std::int64_t>(piece.size());
    return piece;
}

Result<std::string> FormFile::nextOfFile(std::size_t most)
{
    if (Status there = stillThere(); !there)
        return fail(there.error());
    const std::int64_t at = m_read - static_cast<std::int64_t>(m_head.size());
    std::string piece(
        static_cast<std::size_t>(std::min<std::int64_t>(static_cast<std::int64_t>(most), m_fileSize - at)),
        '\0');
    ssize_t count = 0;
    do {
        count = ::pread(m_descriptor, piece.data(), piece.size(), at);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return refuse("NotReadable", "The file cannot be read any further; nothing was uploaded.",
                      "Check the disk or the network drive that it lies on.");
    if (count == 0)
        return changed("became shorter");
    piece.resize(static_cast<std::size_t>(count));
    return piece;
}

/// A descriptor would read on from a file that nobody can see any more.
Status FormFile::stillThere() const
{
    struct stat own = {};
    struct stat named = {};
    if (::fstat(m_descriptor, &own) != 0 || own.st_nlink == 0 || ::lstat(m_path.c_str(), &named) != 0 ||
        own.st_ino != named.st_ino || own.st_dev != named.st_dev)
        return vanished();
    return {};
}

Status FormFile::unchanged() const
{
    if (Status there = stillThere(); !there)
        return there;
    struct stat info = {};
    if (::fstat(m_descriptor, &info) != 0)
        return vanished();
    if (info.st_size != m_fileSize)
        return changed(info.st_size > m_fileSize ? "grew" : "became shorter");
    if (lastChange(info) != m_changed)
        return changed("was written to");
    return {};
}

} // namespace gatehouse::rag
