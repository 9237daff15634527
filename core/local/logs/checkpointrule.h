// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace gatehouse::local {

/// When the write-ahead log of the log store is copied into its file. A copy syncs both files and commits may
/// have to wait meanwhile, so what counts is how much came since the last one, not how long the log is: under
/// load it never becomes short by itself. One thread.
class CheckpointRule
{
public:
    enum class Due { Nothing, Copy, CopyAndRestart };

    static constexpr std::size_t CopyPages = 16'384;     ///< of 4 KiB each: 64 MiB
    static constexpr std::size_t RestartPages = 131'072; ///< 512 MiB

    /// logPages is how many pages the log holds now; it is small again after the log was begun anew.
    [[nodiscard]] Due look(std::size_t logPages)
    {
        if (logPages < m_copiedPages)
            m_copiedPages = 0;
        if (logPages - m_copiedPages < CopyPages)
            return Due::Nothing;
        m_copiedPages = logPages;
        return logPages < RestartPages ? Due::Copy : Due::CopyAndRestart;
    }

private:
    std::size_t m_copiedPages = 0;
};

} // namespace gatehouse::local
