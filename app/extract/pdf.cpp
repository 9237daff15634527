// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/extract/pdf.h"

#include "core/local/rag/extract/cleantext.h"
#include "core/local/rag/extract/reply.h"

#include <poppler-document.h>
#include <poppler-page.h>

#include <limits>
#include <memory>
#include <string_view>

namespace gatehouse {

namespace {

using local::refuse;

constexpr const char* SaveAgain = "Open it in the program that made it and save it again.";

/// A PDF ends with its own mark. Poppler mends a file that is cut off and would answer with a part of it.
bool endIsThere(std::string_view bytes)
{
    const std::size_t last = bytes.find_last_not_of(std::string_view("\0\r\n\t ", 5));
    const std::string_view body = bytes.substr(0, last == std::string_view::npos ? 0 : last + 1);
    const std::size_t tail = std::min<std::size_t>(body.size(), 8'192);
    return body.substr(body.size() - tail).find("%%EOF") != std::string_view::npos;
}

Result<std::unique_ptr<poppler::document>> open(const std::string& bytes,
                                                const local::ExtractionLimits& limits)
{
    poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
    std::unique_ptr<poppler::document> document(
        poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
    if (document == nullptr)
        return refuse("DamagedDocument", "The PDF is damaged and cannot be opened.", SaveAgain);
    if (document->is_locked())
        return refuse("EncryptedDocument", "The PDF is protected with a password.",
                      "Save a copy without the password and upload that.");
    if (document->is_encrypted() && !document->has_permission(poppler::perm_copy))
        return refuse("EncryptedDocument", "The PDF's author has forbidden taking text out of it.",
                      "Ask its author for a copy without that restriction.");
    if (!endIsThere(bytes))
        return refuse("DamagedDocument", "The PDF is cut off: its end is missing.", SaveAgain);
    if (document->pages() > limits.pages)
        return refuse("TooComplex",
                      "The PDF says that it has " + std::to_string(document->pages()) + " pages; at most " +
                          std::to_string(limits.pages) + " are read.",
                      "Split it into several files.");
    if (document->pages() < 1)
        return refuse("DamagedDocument", "The PDF has no pages.", SaveAgain);
    return document;
}

std::string textOf(const poppler::page& page)
{
    const poppler::byte_array utf8 =
        page.text(poppler::rectf(), poppler::page::non_raw_non_physical_layout).to_utf8();
    return local::joinLines(local::cleanText(std::string_view(utf8.data(), utf8.size())));
}

} // namespace

Result<local::ExtractedDocument> readPdf(const std::string& bytes, const local::ExtractionLimits& limits)
{
    const auto opened = open(bytes, limits);
    if (!opened)
        return fail(opened.error());
    local::ExtractedDocument document;
    document.mediaType = local::PdfType;
    document.pages = (*opened)->pages();
    std::uint64_t size = 0;
    for (int i = 0; i < *document.pages; ++i) {
        const std::unique_ptr<poppler::page> page((*opened)->create_page(i));
        // A part of a document would be taken for the whole.
        if (page == nullptr)
            return refuse("DamagedDocument", "Page " + std::to_string(i + 1) + " of the PDF cannot be read.",
                          SaveAgain);
        std::string text = textOf(*page);
        size += text.size();
        if (size > limits.textBytes)
            return refuse("DocumentTooLarge", "The PDF holds too much text.", "Split it into several files.");
        if (!text.empty())
            document.sections.push_back({i + 1, std::move(text)});
    }
    if (document.sections.empty())
        return refuse("NoText", "The PDF holds no text, only pictures.",
                      "Run text recognition (OCR) on it and upload the result.");
    return document;
}

} // namespace gatehouse
