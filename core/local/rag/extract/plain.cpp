// SPDX-License-Identifier: GPL-3.0-or-later
// Plain text only, until the extraction proper takes its place.
#include "core/base/utf8.h"
#include "core/local/gateway/tokens.h"
#include "core/local/rag/extract/chunker.h"
#include "core/local/rag/extract/extractor.h"
#include "core/local/rag/extract/multipart.h"

namespace gatehouse::local {

namespace {

tl::unexpected<Error> refuse(std::string code, std::string message)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = std::move(code);
    error.message = std::move(message);
    return fail(std::move(error));
}

class PlainExtractor final : public Extractor
{
public:
    Result<ExtractedDocument> extract(std::string_view bytes, const std::string&) override
    {
        if (bytes.empty())
            return refuse("EmptyDocument", "The file is empty.");
        if (!isValidUtf8(bytes))
            return refuse("UnsupportedType", "Only plain text is read.");
        return ExtractedDocument{"text/plain", {}, {{{}, std::string(bytes)}}};
    }
};

} // namespace

std::unique_ptr<Extractor> makeExtractor(std::string, ExtractionLimits)
{
    return std::make_unique<PlainExtractor>();
}

std::string extractionProgram()
{
    return {};
}

std::vector<Chunk> chunkDocument(const ExtractedDocument& document, std::int64_t size, std::int64_t)
{
    std::vector<Chunk> chunks;
    for (const ExtractedSection& section : document.sections) {
        std::string_view rest = section.text;
        std::string text;
        const auto close = [&] {
            if (!text.empty())
                chunks.push_back(
                    {static_cast<std::int64_t>(chunks.size()), section.page, estimateTokens(text), text});
            text.clear();
        };
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find("\n\n"), rest.size());
            const std::string_view paragraph = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 2, rest.size()));
            if (estimateTokens(text) + estimateTokens(paragraph) > size)
                close();
            text += text.empty() ? "" : "\n\n";
            text += paragraph;
        }
        close();
    }
    return chunks;
}

Result<UploadedFile> readUpload(std::string_view contentType, std::string_view body)
{
    const std::size_t at = contentType.find("boundary=");
    if (at == std::string_view::npos)
        return refuse("BadMultipart", "The request is no multipart form.");
    std::string_view boundary = contentType.substr(at + 9);
    if (boundary.starts_with('"'))
        boundary = boundary.substr(1, boundary.find('"', 1) - 1);
    boundary = boundary.substr(0, boundary.find(';'));
    const std::size_t start = body.find("\r\n\r\n");
    const std::size_t end = body.rfind("\r\n--" + std::string(boundary));
    if (start == std::string_view::npos || end == std::string_view::npos || end < start + 4)
        return refuse("BadMultipart", "The form holds no file.");
    const std::size_t name = body.find("filename=\"");
    UploadedFile file;
    if (name < start)
        file.name = body.substr(name + 10, body.find('"', name + 10) - name - 10);
    file.content = body.substr(start + 4, end - start - 4);
    return file;
}

} // namespace gatehouse::local
