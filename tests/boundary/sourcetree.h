// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::boundary {

/// One source file below a root.
struct SourceFile
{
    std::string path; ///< relative, with '/'
    std::string text;
    std::string code; ///< text without comments, and with the insides of literals blanked; line ends are kept
};

/// A rule that a file or a target breaks, as one line for a person.
struct Violation
{
    std::string where; ///< "core/usage/report.cpp:12" or a target
    std::string rule;  ///< its short name, so that tests can tell them apart
    std::string what;
};

/// The .h and .cpp files of the named folders below root, in order of their paths.
[[nodiscard]] std::vector<SourceFile> readSources(const std::string& root,
                                                  const std::vector<std::string>& folders);

/// C++ text without comments and literals; every line end stays where it is.
[[nodiscard]] std::string stripped(std::string_view text);

/// The line, from 1, on which the offset lies.
[[nodiscard]] int lineAt(std::string_view text, std::size_t offset);

[[nodiscard]] bool startsWith(std::string_view path, std::string_view folder);

/// The violations, a line each.
[[nodiscard]] std::string describe(const std::vector<Violation>& violations);

} // namespace gatehouse::boundary
