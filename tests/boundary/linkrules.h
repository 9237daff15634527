// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/boundary/sourcetree.h"

#include <map>
#include <set>

namespace gatehouse::boundary {

/// A target of the build, as targets.cmake writes it down.
struct Target
{
    std::string folder;          ///< "core/usage", relative to the sources
    std::string type;            ///< "STATIC_LIBRARY", …
    std::set<std::string> links; ///< what it links itself: targets and imported targets
};

using Targets = std::map<std::string, Target>;

/// Reads lines of "name|folder|type|link;link…".
[[nodiscard]] Targets readTargets(const std::string& listing);

/// Everything that a target pulls in.
[[nodiscard]] std::set<std::string> closureOf(const Targets& targets, const std::string& name);

/// Rules: "qt" (a std library pulls in Qt), "widgets" (core pulls in widgets), "ui" (ui links the network or
/// the embedded stack itself), "arrow" (a library pulls in one of a higher folder), "missing" (a library that
/// the rules name is not there, so they would prove nothing).
[[nodiscard]] std::vector<Violation> checkLinks(const Targets& targets);

} // namespace gatehouse::boundary
