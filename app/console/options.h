// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace gatehouse::console {

/// The flags of the window (INTERFACES), as values.
struct Options
{
    std::string profile;
    std::string page;
    std::string data;                ///< "" : the platform's place
    std::string capture;             ///< a directory; "" : a window for a person
    std::optional<double> quitAfter; ///< seconds
    bool reportFirstPaint = false;   ///< one line on stdout when the window has painted (window_bench)
};

/// The pages that this version has.
[[nodiscard]] bool isBuiltPage(const std::string& id);

/// Fills options, or answers the status to exit with: 0 after --help and --version, 2 for what cannot be
/// understood. Needs no QApplication.
[[nodiscard]] std::optional<int> parseOptions(int argc, char** argv, Options& options);

} // namespace gatehouse::console
