// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/filetype.h"

#include "core/local/rag/extract/reply.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

using namespace std::string_view_literals;

struct Magic
{
    std::string_view bytes;
    std::string_view what;
};

constexpr std::array<Magic, 17> Others{{{"\x89PNG\r\n"sv, "a PNG picture"},
                                        {"\xFF\xD8\xFF"sv, "a JPEG picture"},
                                        {"GIF8"sv, "a GIF picture"},
                                        {"II*\0"sv, "a TIFF picture"},
                                        {"MM\0*"sv, "a TIFF picture"},
                                        {"\x7F"
                                         "ELF"sv,
                                         "a program"},
                                        {"MZ\x90"sv, "a program"},
                                        {"\x1F\x8B"sv, "a gzip archive"},
                                        {"7z\xBC\xAF"sv, "a 7-Zip archive"},
                                        {"Rar!"sv, "a RAR archive"},
                                        {"BZh"sv, "a bzip2 archive"},
                                        {"\xFD"
                                         "7zXZ"sv,
                                         "an xz archive"},
                                        {"{\\rtf"sv, "a rich text (RTF) document"},
                                        {"%!PS"sv, "a PostScript document"},
                                        {"SQLite format 3"sv, "a database"},
                                        {"OggS"sv, "sound"},
                                        {"ID3"sv, "sound"}}};

constexpr std::string_view OleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv;

std::string lowerEnding(std::string_view fileName)
{
    const std::size_t dot = fileName.rfind('.');
    if (dot == std::string_view::npos || dot + 1 == fileName.size())
        return {};
    std::string ending;
    for (const char c : fileName.substr(dot + 1)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        if (!plain || ending.size() > 10)
            return {};
        ending += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return ending;
}

/// A header may stand behind some bytes of rubbish, as all PDF readers allow.
bool looksLikePdf(std::string_view bytes)
{
    return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos;
}

/// Word wraps a document with a password in another container, which names its parts in UTF-16.
bool isEncryptedOffice(std::string_view bytes)
{
    return bytes.find("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"sv) != std::string_view::npos;
}

/// What the content is in words; empty: it may be text.
std::string_view contentOf(std::string_view bytes)
{
    if (bytes.starts_with("PK\3\4") || bytes.starts_with("PK\5\6"))
        return "a ZIP archive or an Office document";
    if (bytes.starts_with(OleMagic))
        return "an old Office document (before 2007)";
    const auto known = std::find_if(Others.begin(), Others.end(),
                                    [bytes](const Magic& magic) { return bytes.starts_with(magic.bytes); });
    if (known != Others.end())
        return known->what;
    return looksLikePdf(bytes) && bytes.starts_with("%PDF-") ? "a PDF" : ""sv;
}

tl::unexpected<Error> mismatch(std::string_view ending, std::string_view content)
{
    return refuse("TypeMismatch",
                  "The file is named ." + std::string(ending) + ", but it holds " + std::string(content) +
                      ".",
                  "Save it again as what its name says, or give it the ending of what it is.");
}

} // namespace

Result<DocumentKind> kindOf(std::string_view bytes, std::string_view fileName)
{
    if (bytes.empty())
        return refuse("EmptyDocument", "The file is empty.", "Choose a file with text in it.");
    const std::string ending = lowerEnding(fileName);
    if (ending != "pdf" && ending != "docx" && ending != "txt") {
        const std::string named =
            ending.empty() ? "Files without a known ending" : "Files that end in ." + ending;
        return refuse("UnsupportedType", named + " cannot be read.", "Upload a PDF, DOCX or TXT file.");
    }
    const std::string_view content = contentOf(bytes);
    if (ending == "pdf") {
        if (looksLikePdf(bytes))
            return DocumentKind::Pdf;
        return mismatch(ending, content.empty() ? "no PDF"sv : content);
    }
    if (ending == "docx") {
        if (bytes.starts_with("PK\3\4") || bytes.starts_with("PK\5\6"))
            return DocumentKind::Docx;
        if (bytes.starts_with(OleMagic) && isEncryptedOffice(bytes))
            return refuse("EncryptedDocument", "The document is protected with a password.",
                          "Save a copy without the password and upload that.");
        return mismatch(ending, content.empty() ? "no Word document"sv : content);
    }
    if (!content.empty())
        return mismatch(ending, content);
    return DocumentKind::Text;
}

std::string_view toString(DocumentKind kind)
{
    switch (kind) {
    case DocumentKind::Pdf:
        return "pdf";
    case DocumentKind::Docx:
        return "docx";
    case DocumentKind::Text:
        break;
    }
    return "txt";
}

} // namespace gatehouse::local
