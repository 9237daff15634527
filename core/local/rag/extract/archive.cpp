// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/archive.h"

#include "core/local/rag/extract/reply.h"

#include <algorithm>
#include <array>

#include <zip.h>

namespace gatehouse::local {

namespace {

struct CloseArchive
{
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile
{
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

tl::unexpected<Error> tooComplex()
{
    return refuse("TooComplex", "The document is refused: it unpacks to more than it says.", SaveAgain);
}

std::unique_ptr<zip_t, CloseArchive> open(std::string_view bytes)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* archive =
        source != nullptr ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr;
    if (archive == nullptr && source != nullptr)
        zip_source_free(source);
    zip_error_fini(&error);
    return std::unique_ptr<zip_t, CloseArchive>(archive);
}

/// Word keeps charts' workbooks as Office files; they are never opened. Any other archive has no business
/// here.
bool isArchive(std::string_view name, std::string_view start)
{
    static constexpr std::array<std::string_view, 6> magics{"PK\3\4",
                                                            "PK\5\6",
                                                            "Rar!",
                                                            "\x1F\x8B",
                                                            "7z\xBC\xAF\x27",
                                                            "\xFD"
                                                            "7zXZ"};
    const bool packed = std::any_of(magics.begin(), magics.end(),
                                    [start](std::string_view magic) { return start.starts_with(magic); });
    const bool embedded = name.find("/embeddings/") != std::string_view::npos &&
                          (name.ends_with(".xlsx") || name.ends_with(".docx") || name.ends_with(".pptx"));
    return packed && !embedded;
}

/// Inflates one entry to its end, counting what comes out and not what the list says.
class Inflater
{
public:
    Inflater(const ArchiveEntry& entry, bool keeps)
        : m_entry(entry)
        , m_keeps(keeps)
    {}

    Status run(zip_t* archive, std::uint64_t index, std::uint64_t& inflated)
    {
        const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(archive, index, 0));
        if (file == nullptr)
            return damaged("a part of it cannot be unpacked");
        std::array<char, 16'384> buffer;
        std::uint64_t size = 0;
        for (;;) {
            const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
            if (got < 0)
                return damaged("a part of it cannot be unpacked");
            const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
            inflated += piece.size();
            if (size == 0 && isArchive(m_entry.name, piece))
                return refuse("TooComplex", "The document is refused: it holds another archive.", SaveAgain);
            size += piece.size();
            if (size > m_entry.size)
                return tooComplex();
            if (m_keeps)
                m_content += piece;
            if (got == 0)
                break;
        }
        if (size != m_entry.size)
            return damaged("a part of it cannot be unpacked");
        return {};
    }

    std::string take() { return std::move(m_content); }

private:
    const ArchiveEntry& m_entry;
    bool m_keeps;
    std::string m_content;
};

} // namespace

Result<Archive> readArchive(std::string_view bytes, const std::function<bool(std::string_view)>& keep,
                            const ArchiveLimits& limits, std::uint64_t* inflated)
{
    const auto entries = readDirectory(bytes, limits);
    if (!entries)
        return fail(entries.error());
    const auto archive = open(bytes);
    if (archive == nullptr ||
        zip_get_num_entries(archive.get(), 0) != static_cast<zip_int64_t>(entries->size()))
        return damaged("a part of it cannot be unpacked");
    Archive result;
    std::uint64_t kept = 0;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        const ArchiveEntry& entry = (*entries)[i];
        const bool keeps = keep(entry.name);
        kept += keeps ? entry.size : 0;
        if (kept > limits.keptBytes)
            return refuse("TooComplex", "The document is too complex: its text is too long.",
                          "Split it into several documents.");
        Inflater inflater(entry, keeps);
        const auto done = inflater.run(archive.get(), i, result.inflatedBytes);
        if (inflated != nullptr)
            *inflated = result.inflatedBytes;
        if (!done)
            return fail(done.error());
        if (keeps)
            result.entries.emplace(entry.name, inflater.take());
        result.names.push_back(entry.name);
    }
    return result;
}

} // namespace gatehouse::local
