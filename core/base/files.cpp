// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse {

namespace {

/// Closes on every way out.
class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool ok() const { return m_fd >= 0; }
    [[nodiscard]] bool close()
    {
        const int fd = m_fd;
        m_fd = -1;
        return ::close(fd) == 0;
    }

private:
    int m_fd;
};

tl::unexpected<Error> storageError(const std::string& path, const std::string& step, int code)
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.message = "The file “" + path + "” cannot be written: " + std::strerror(code) + ".";
    error.advice = code == ENOSPC ? "Free some disk space and try again; the old file is unchanged."
                                  : "Check the folder's permissions; the old file is unchanged.";
    error.serviceCode = step;
    return fail(std::move(error));
}

bool writeAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string directoryOf(const std::string& path)
{
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

} // namespace

Status atomicWrite(const std::string& path, std::string_view bytes, unsigned mode)
{
    std::string temporary = path + ".XXXXXX";
    Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.ok())
        return storageError(path, "create", errno);
    const auto abandon = [&](const char* step) {
        const int code = errno;
        ::unlink(temporary.c_str());
        return storageError(path, step, code);
    };
    if (::fchmod(file.get(), mode) != 0)
        return abandon("chmod");
    if (!writeAll(file.get(), bytes))
        return abandon("write");
    if (::fsync(file.get()) != 0)
        return abandon("sync");
    struct stat info = {};
    if (::fstat(file.get(), &info) != 0)
        return abandon("verify");
    if (info.st_size != static_cast<off_t>(bytes.size())) {
        errno = EIO;
        return abandon("verify");
    }
    if (!file.close())
        return abandon("close");
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return abandon("rename");
    // Without this a power cut may forget the rename; the content is whole either way.
    const Descriptor directory(::open(directoryOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.ok() || ::fsync(directory.get()) != 0)
        return storageError(path, "sync directory", errno);
    return {};
}

Result<std::string> readFile(const std::string& path, std::size_t maxBytes)
{
    // O_NONBLOCK: opening a FIFO for reading would otherwise wait for a writer for ever.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.ok()) {
        if (errno == ENOENT)
            return fail(Error::Kind::NotFound, "There is no file “" + path + "”.");
        return fail(Error::Kind::Storage,
                    "The file “" + path + "” cannot be read: " + std::strerror(errno) + ".",
                    "Check its permissions.");
    }
    struct stat info = {};
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
        return fail(Error::Kind::InvalidInput, "“" + path + "” is not a regular file.");
    if (static_cast<std::size_t>(info.st_size) > maxBytes)
        return fail(Error::Kind::InvalidInput, "The file “" + path + "” is larger than expected.");
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t used = 0;
    while (used < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + used, bytes.size() - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(Error::Kind::Storage,
                        "The file “" + path + "” cannot be read: " + std::strerror(errno) + ".");
        if (got == 0)
            break;
        used += static_cast<std::size_t>(got);
    }
    bytes.resize(used);
    return bytes;
}

Status makeDirectory(const std::string& path)
{
    std::error_code code;
    const bool existed = std::filesystem::is_directory(path, code);
    std::filesystem::create_directories(path, code);
    if (code)
        return fail(Error::Kind::Storage, "The folder “" + path + "” cannot be made: " + code.message() + ".",
                    "Check the permissions of its parent, or name another with --data.");
    if (!existed)
        std::filesystem::permissions(path, std::filesystem::perms::owner_all, code);
    return {};
}

Result<std::string> setAside(const std::string& path)
{
    for (int n = 1; n < 1000; ++n) {
        std::string target = path + ".bad-" + std::to_string(n);
        std::error_code code;
        if (std::filesystem::exists(std::filesystem::symlink_status(target, code)))
            continue;
        std::filesystem::rename(path, target, code);
        if (code)
            return storageError(path, "set aside", code.value());
        return target;
    }
    return fail(Error::Kind::Storage, "There are too many set-aside copies of “" + path + "”.",
                "Delete the old ones.");
}

} // namespace gatehouse
