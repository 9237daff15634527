// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::report {

/// An entry of the outline, which readers show beside the pages.
struct Bookmark
{
    std::string title;
    std::size_t page = 0; ///< from 0
    bool below = false;   ///< part of the entry before
};

struct PdfFrame
{
    std::string title;
    std::string author;
    DateTime date;
    std::vector<Bookmark> bookmarks;
};

/// Qt's PDF made the same in every run. QPdfWriter 6.4 writes the clock into /CreationDate, which it offers
/// no way to set, and embeds its fonts in the order of a hash whose seed is drawn a process; their objects'
/// numbers, and the tags of subsets made of them, follow. Here the dates come from the frame, subsets are
/// named in the order in which the pages ask for them, objects are numbered in the order in which the
/// document refers to them, and /ID is worked out of the content. The language, the title bar and the outline
/// are added on the way. Internal when Qt's bytes are no PDF.
[[nodiscard]] Result<std::string> canonicalPdf(std::string_view bytes, const PdfFrame& frame);

} // namespace gatehouse::report
