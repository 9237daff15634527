// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/filestorage.h"

#include "core/base/files.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace gatehouse::journal {

namespace {

constexpr std::size_t MaxBytes = 512U << 20U;
constexpr std::size_t AnchorBytes = 128;
/// Others hold the journal for one record at a time.
constexpr std::chrono::milliseconds Pause{5};
constexpr int MaxTries = 2'000;

tl::unexpected<Error> storageError(const char* step, int code)
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.message = std::string("The journal of changes cannot be used: ") + std::strerror(code) + ".";
    error.advice = code == ENOSPC || code == EDQUOT || code == EFBIG
                       ? "Free some disk space and try again; without its journal nothing is changed."
                       : "Check the permissions of the data folder; without its journal nothing is changed.";
    error.serviceCode = step;
    return fail(std::move(error));
}

/// Closes on every way out.
class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool ok() const { return m_fd >= 0; }

private:
    int m_fd;
};

bool writeAll(int fd, std::string_view bytes, std::size_t offset)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            errno = written == 0 ? EIO : errno;
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::size_t>(written);
    }
    return true;
}

Result<std::string> readAll(int fd, std::size_t offset)
{
    struct stat info = {};
    if (::fstat(fd, &info) != 0)
        return storageError("stat", errno);
    if (!S_ISREG(info.st_mode))
        return storageError("stat", EINVAL);
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size > MaxBytes)
        return storageError("size", EFBIG);
    std::string bytes(size > offset ? size - offset : 0, '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
        const ssize_t more =
            ::pread(fd, bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0)
            return storageError("read", errno);
        if (more == 0)
            break;
        got += static_cast<std::size_t>(more);
    }
    bytes.resize(got);
    return bytes;
}

/// Waits for whoever holds it; another one's record takes milliseconds.
Status lockFor(int fd, int how)
{
    for (int tries = 0; ::flock(fd, how | LOCK_NB) != 0; ++tries) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return storageError("lock", errno);
        if (tries == MaxTries)
            return fail(Error::Kind::Storage, "Another Gatehouse holds the journal of changes for too long.",
                        "Close the other Gatehouse, or wait a moment and try again.");
        std::this_thread::sleep_for(Pause);
    }
    return {};
}

class FileSession final : public Storage::Session
{
public:
    FileSession(Descriptor file, std::string directory)
        : m_file(std::move(file))
        , m_directory(std::move(directory))
    {}

    Result<std::string> read(std::size_t offset) override
    {
        return m_file.ok() ? readAll(m_file.get(), offset) : Result<std::string>(std::string());
    }

    Status append(std::size_t offset, std::string_view bytes, std::size_t reserve) override
    {
        const int fd = m_file.get();
        if (::ftruncate(fd, static_cast<off_t>(offset)) != 0)
            return storageError("truncate", errno);
        // Where a file system cannot reserve, a full disk is met by the write itself.
        if (reserve > 0 && ::fallocate(fd, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                                       static_cast<off_t>(bytes.size() + reserve)) != 0) {
            if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
                return storageError("reserve", errno);
        }
        if (writeAll(fd, bytes, offset) && ::fdatasync(fd) == 0)
            return {};
        const int code = errno;
        (void)!::ftruncate(fd, static_cast<off_t>(offset));
        return storageError("write", code);
    }

    Result<std::string> anchor() override
    {
        const Descriptor file(::open(anchorPath().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!file.ok())
            return errno == ENOENT ? Result<std::string>(std::string()) : storageError("anchor", errno);
        return readAll(file.get(), 0);
    }

    Status setAnchor(std::string_view text) override
    {
        // In place and always of one length: a full disk cannot keep an anchor from moving on.
        std::string padded(text);
        padded.resize(AnchorBytes - 1, ' ');
        padded += '\n';
        const Descriptor file(::open(anchorPath().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file.ok() || !writeAll(file.get(), padded, 0))
            return storageError("anchor", errno);
        return {};
    }

private:
    [[nodiscard]] std::string anchorPath() const { return m_directory + "/journal.anchor"; }

    Descriptor m_file;
    std::string m_directory;
};

} // namespace

FileStorage::FileStorage(std::string directory)
    : m_directory(std::move(directory))
{}

Result<std::unique_ptr<Storage::Session>> FileStorage::open(bool toWrite)
{
    if (toWrite) {
        if (const Status made = makeDirectory(m_directory); !made)
            return fail(made.error());
    }
    const std::string path = m_directory + "/journal.jsonl";
    const int flags = (toWrite ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW;
    Descriptor file(::open(path.c_str(), flags, 0600));
    if (!file.ok()) {
        if (errno == ENOENT && !toWrite)
            return std::make_unique<FileSession>(Descriptor(-1), m_directory);
        return storageError("open", errno);
    }
    if (const Status locked = lockFor(file.get(), toWrite ? LOCK_EX : LOCK_SH); !locked)
        return fail(locked.error());
    struct stat info = {};
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
        return storageError("stat", EINVAL);
    if (toWrite && info.st_size == 0) {
        // Without this a power cut may forget the new file.
        const Descriptor directory(::open(m_directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!directory.ok() || ::fsync(directory.get()) != 0)
            return storageError("sync", errno);
    }
    return std::make_unique<FileSession>(std::move(file), m_directory);
}

Result<std::shared_ptr<void>> FileStorage::tryHoldApply()
{
    if (const Status made = makeDirectory(m_directory); !made)
        return fail(made.error());
    const std::string path = m_directory + "/journal.lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return storageError("lock", errno);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return std::shared_ptr<void>();
    }
    // The address stands for the descriptor; nobody looks through it.
    return std::shared_ptr<void>(new int(fd), [](void* held) {
        const std::unique_ptr<int> owned(static_cast<int*>(held));
        ::close(*owned);
    });
}

} // namespace gatehouse::journal
