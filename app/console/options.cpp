// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iostream>

namespace gatehouse::console {

bool isBuiltPage(const std::string& id)
{
    constexpr std::array<std::string_view, 9> Built{"overview", "usage", "cost",  "health",  "quotas",
                                                    "routing",  "ask",   "query", "activity"};
    return std::find(Built.begin(), Built.end(), id) != Built.end();
}

std::optional<int> parseOptions(int argc, char** argv, Options& options)
{
    CLI::App parser("Gatehouse: the desktop console for a company's AI gateway", "gatehouse");
    parser.set_version_flag("--version", "gatehouse " GATEHOUSE_VERSION);
    // Scripts put their flags behind a wrapper's: the last one counts.
    parser.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    parser.add_option("--profile", options.profile, "the profile to open (default: the last used)");
    parser
        .add_option("--page", options.page,
                    "overview, usage, cost, health, quotas, routing, ask, query or activity")
        ->check([](const std::string& id) {
            return isBuiltPage(id) ? std::string() : "the page \"" + id + "\" is not part of this version";
        });
    parser.add_option("--data", options.data, "folder of the settings and of the embedded store");
    parser.add_option("--capture", options.capture,
                      "draw every page offscreen, in both themes, as PNG files into this folder, and end");
    parser.add_option("--quit-after", options.quitAfter, "end by itself after so many seconds")
        ->check(CLI::NonNegativeNumber);
    // Not in the help: window_bench reads the line.
    parser.add_flag("--report-first-paint", options.reportFirstPaint)->group("");
    try {
        parser.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return parser.exit(error, std::cout, std::cerr) == 0 ? 0 : 2;
    }
    return std::nullopt;
}

} // namespace gatehouse::console
