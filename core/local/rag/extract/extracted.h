// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::local {

/// A page of a PDF, or the whole text of a format without pages. The text is valid UTF-8 without control
/// characters but \n and \t; paragraphs are parted by a blank line.
struct ExtractedSection
{
    std::optional<int> page; ///< from 1; empty: the format has no pages
    std::string text;
};

/// What a document says, and nothing of how it looks.
struct ExtractedDocument
{
    std::string mediaType;
    std::optional<int> pages; ///< empty: the format has no pages
    std::vector<ExtractedSection> sections;
};

inline constexpr const char* PdfType = "application/pdf";
inline constexpr const char* DocxType =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
inline constexpr const char* TextType = "text/plain";

} // namespace gatehouse::local
