// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/storage.h"

namespace gatehouse::journal {

/// A journal in the files journal.jsonl, journal.anchor and journal.lock of a directory, for the user alone
/// (0600). A record is synced before it counts. The anchor is written in place after the record and is not
/// synced: after a power cut it may name an earlier record, never a later one.
class FileStorage final : public Storage
{
public:
    explicit FileStorage(std::string directory);

    [[nodiscard]] Result<std::unique_ptr<Session>> open(bool toWrite) override;
    [[nodiscard]] Result<std::shared_ptr<void>> tryHoldApply() override;

private:
    std::string m_directory;
};

} // namespace gatehouse::journal
