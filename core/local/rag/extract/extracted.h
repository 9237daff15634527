// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::local {

struct ExtractedSection
{
    std::optional<int> page; ///< from 1; empty: the format has no pages
    std::string text;        ///< valid UTF-8; paragraphs are parted by a blank line
};

struct ExtractedDocument
{
    std::string mediaType;
    std::optional<int> pages;
    std::vector<ExtractedSection> sections;
};

} // namespace gatehouse::local
