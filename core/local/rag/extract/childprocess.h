// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// How a child ended and what it wrote.
struct ChildOutcome
{
    enum class End {
        NotStarted, ///< error says why (an errno)
        Exited,     ///< status
        Killed,     ///< signal
        OutOfTime,  ///< we killed it at the deadline
        TooMuch     ///< we killed it since it wrote more than allowed
    };
    End end = End::NotStarted;
    int status = 0;
    int signal = 0;
    int error = 0;
    std::string output;
};

/// Runs a program to its end: input on its standard input, its standard output read up to maxOutput bytes. It
/// gets an empty environment, no descriptor but 0 to 2 (errors go nowhere), its own process group and /
/// as working directory. The group is killed and the child reaped before this returns, whatever happened.
[[nodiscard]] ChildOutcome runChild(const std::string& program, const std::vector<std::string>& arguments,
                                    std::string_view input, std::uint64_t maxOutput,
                                    std::chrono::milliseconds wall);

} // namespace gatehouse::local
