// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::journal {

/// Where the bytes of a journal are: lines that are only ever appended, and a small anchor beside them. One
/// thread at a time; other processes are kept out while a session is held.
class Storage
{
public:
    /// The journal held against other processes, until it goes.
    class Session
    {
    public:
        Session() = default;
        Session(const Session&) = delete;
        Session& operator=(const Session&) = delete;
        virtual ~Session() = default;

        /// From offset to the end; "" when there is no journal yet.
        [[nodiscard]] virtual Result<std::string> read(std::size_t offset) = 0;
        /// Cuts what stands after offset and writes the bytes there. Durable when it answers; on any failure
        /// the journal ends at offset. reserve more bytes are set aside where the system can, so that what
        /// follows does not fail on a full disk.
        [[nodiscard]] virtual Status append(std::size_t offset, std::string_view bytes,
                                            std::size_t reserve) = 0;
        /// "" when there is none.
        [[nodiscard]] virtual Result<std::string> anchor() = 0;
        [[nodiscard]] virtual Status setAnchor(std::string_view text) = 0;
    };

    Storage() = default;
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;
    virtual ~Storage() = default;

    /// Storage when another process does not let go within some seconds, or the place cannot be used.
    [[nodiscard]] virtual Result<std::unique_ptr<Session>> open(bool toWrite) = 0;
    /// Held by whoever applies a change, from its intent to its end, and dropped by the system when that
    /// process dies; null when somebody else holds it.
    [[nodiscard]] virtual Result<std::shared_ptr<void>> tryHoldApply() = 0;
};

} // namespace gatehouse::journal
