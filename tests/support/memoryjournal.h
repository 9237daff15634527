// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/storage.h"

#include <functional>
#include <memory>
#include <string>

namespace gatehouse::test {

/// The files of one computer's journal, in memory. It outlives the processes that write to it.
struct JournalDisk
{
    std::string bytes;
    std::string anchor;
    std::weak_ptr<void> applying;
    /// Asked before each append; an error is that of the disk, and nothing is written.
    std::function<Status()> beforeAppend;
    int appends = 0;
};

/// A journal on such a disk; durable at once, without a sync to wait for.
class MemoryStorage final : public journal::Storage
{
public:
    explicit MemoryStorage(std::shared_ptr<JournalDisk> disk)
        : m_disk(std::move(disk))
    {}

    Result<std::unique_ptr<Session>> open(bool) override { return std::make_unique<MemorySession>(m_disk); }

    Result<std::shared_ptr<void>> tryHoldApply() override
    {
        if (!m_disk->applying.expired())
            return std::shared_ptr<void>();
        std::shared_ptr<void> held = std::make_shared<int>(0);
        m_disk->applying = held;
        return held;
    }

private:
    class MemorySession final : public Session
    {
    public:
        explicit MemorySession(std::shared_ptr<JournalDisk> disk)
            : m_disk(std::move(disk))
        {}
        Result<std::string> read(std::size_t offset) override
        {
            return offset < m_disk->bytes.size() ? m_disk->bytes.substr(offset) : std::string();
        }
        Status append(std::size_t offset, std::string_view bytes, std::size_t) override
        {
            m_disk->bytes.resize(offset);
            if (m_disk->beforeAppend) {
                if (Status may = m_disk->beforeAppend(); !may)
                    return may;
            }
            m_disk->bytes += bytes;
            ++m_disk->appends;
            return {};
        }
        Result<std::string> anchor() override { return m_disk->anchor; }
        Status setAnchor(std::string_view text) override
        {
            m_disk->anchor = std::string(text) + "\n";
            return {};
        }

    private:
        std::shared_ptr<JournalDisk> m_disk;
    };

    std::shared_ptr<JournalDisk> m_disk;
};

} // namespace gatehouse::test
