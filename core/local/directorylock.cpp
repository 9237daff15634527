// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/directorylock.h"

#include "core/base/files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace gatehouse::local {

Result<DirectoryLock> DirectoryLock::open(const std::string& directory)
{
    if (Status made = makeDirectory(directory); !made)
        return fail(made.error());
    const std::string path = directory + "/owner.lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail(Error::Kind::Storage,
                    "The data directory “" + directory + "” cannot be written: " + std::strerror(errno) + ".",
                    "Check its permissions, or name another with --data.");
    return DirectoryLock(descriptor);
}

DirectoryLock::DirectoryLock(int descriptor)
    : m_descriptor(descriptor)
{}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_owned(std::exchange(other.m_owned, false))
{}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_owned, other.m_owned);
    return *this;
}

DirectoryLock::~DirectoryLock()
{
    if (m_descriptor < 0)
        return;
    if (m_owned)
        (void)!::ftruncate(m_descriptor, 0); // nobody shall look for us any more
    ::close(m_descriptor);
}

bool DirectoryLock::tryOwn()
{
    if (!m_owned && ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0) {
        m_owned = true;
        (void)!::ftruncate(m_descriptor, 0); // what a killed owner left
    }
    return m_owned;
}

bool DirectoryLock::isFree() const
{
    if (m_owned || ::flock(m_descriptor, LOCK_SH | LOCK_NB) != 0)
        return false;
    ::flock(m_descriptor, LOCK_UN);
    return true;
}

std::string DirectoryLock::read() const
{
    std::array<char, 4096> bytes = {};
    const ssize_t got = ::pread(m_descriptor, bytes.data(), bytes.size(), 0);
    return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
}

Status DirectoryLock::write(const std::string& text)
{
    // In place: a file that is replaced would leave the lock on the old one.
    if (::ftruncate(m_descriptor, 0) == 0 &&
        ::pwrite(m_descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()))
        return {};
    return fail(Error::Kind::Storage,
                std::string("The lock file cannot be written: ") + std::strerror(errno) + ".",
                "Check the free space of the disk.");
}

} // namespace gatehouse::local
