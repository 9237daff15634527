// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>

namespace gatehouse::local {

/// The lock that makes one process the owner of a data directory: flock on DIR/owner.lock, which the kernel
/// drops with the process, however it ends. The file says who the owner is and where it serves, for everybody
/// else.
class DirectoryLock
{
public:
    /// Creates the directory when needed. Storage when it cannot be written.
    [[nodiscard]] static Result<DirectoryLock> open(const std::string& directory);
    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    ~DirectoryLock();

    /// True when this process is the owner from now on, and true again if it was; false when another one is.
    [[nodiscard]] bool tryOwn();
    /// Whether nobody owns the directory now. Takes nothing.
    [[nodiscard]] bool isFree() const;
    /// What the owner wrote; "" while it has not written anything yet.
    [[nodiscard]] std::string read() const;
    /// Replaces what the file says. For the owner.
    [[nodiscard]] Status write(const std::string& text);

private:
    explicit DirectoryLock(int descriptor);
    int m_descriptor;
    bool m_owned = false;
};

} // namespace gatehouse::local
