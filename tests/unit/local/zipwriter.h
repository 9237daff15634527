// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zlib.h>

namespace gatehouse::test {

inline std::string littleEndian(std::uint64_t value, int width)
{
    std::string out;
    for (int i = 0; i < width; ++i)
        out += static_cast<char>((value >> (8U * static_cast<unsigned>(i))) & 0xFFU);
    return out;
}

/// wrap is 15 for zlib's own format, -15 for raw data as in archives.
inline std::string deflated(const std::string& text, int wrap = -15)
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, wrap, 9, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// One entry, and what it lies about.
struct ZipItem
{
    std::string name;
    std::string data; ///< as packed
    std::uint64_t size = 0;
    std::uint32_t crc = 0;
    int method = 8;
    int flags = 0;
    std::string extra{};                         ///< in the list only
    std::optional<std::uint64_t> listedSize{};   ///< in the list and the local header
    std::optional<std::uint64_t> listedPacked{}; ///< in the list only
    std::optional<std::string> listedName{};     ///< in the list only
    std::optional<std::uint64_t> listedOffset{}; ///< in the list only
    std::optional<std::uint64_t> localSize{};    ///< in the local header only
};

inline ZipItem packed(const std::string& name, const std::string& content)
{
    ZipItem item{name, deflated(content), content.size(), 0};
    item.crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
    return item;
}

inline ZipItem stored(const std::string& name, const std::string& content)
{
    ZipItem item = packed(name, content);
    item.method = 0;
    item.data = content;
    return item;
}

/// count, when given, is what the closing record claims.
inline std::string zipOf(const std::vector<ZipItem>& items, std::optional<std::uint64_t> count = {},
                         const std::string& beforeEnd = {})
{
    std::string out;
    std::string list;
    for (const ZipItem& item : items) {
        const std::uint64_t offset = out.size();
        const std::uint64_t size = item.listedSize.value_or(item.size);
        const std::string fixed = littleEndian(20, 2) +
                                  littleEndian(static_cast<std::uint64_t>(item.flags), 2) +
                                  littleEndian(static_cast<std::uint64_t>(item.method), 2) +
                                  littleEndian(0, 4) + littleEndian(item.crc, 4);
        out += "PK\3\4" + fixed + littleEndian(item.data.size(), 4) +
               littleEndian(item.localSize.value_or(size), 4) + littleEndian(item.name.size(), 2) +
               littleEndian(0, 2) + item.name + item.data;
        const std::string name = item.listedName.value_or(item.name);
        list += "PK\1\2" + littleEndian(20, 2) + fixed +
                littleEndian(item.listedPacked.value_or(item.data.size()), 4) + littleEndian(size, 4) +
                littleEndian(name.size(), 2) + littleEndian(item.extra.size(), 2) + littleEndian(0, 2) +
                littleEndian(0, 8) + littleEndian(item.listedOffset.value_or(offset), 4) + name + item.extra;
    }
    const std::uint64_t entries = count.value_or(items.size()) & 0xFFFFU;
    return out + list + beforeEnd + "PK\5\6" + littleEndian(0, 4) + littleEndian(entries, 2) +
           littleEndian(entries, 2) + littleEndian(list.size(), 4) + littleEndian(out.size(), 4) +
           littleEndian(0, 2);
}

inline const std::string WordNamespace =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// The parts of a DOCX around a body, so that tests can add to them and spoil them.
inline std::vector<ZipItem> docxItems(const std::string& document,
                                      const std::string& kind = "wordprocessingml.document.main+xml")
{
    return {
        packed(
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override "
            "PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument." +
                kind + "\"/></Types>"),
        packed("_rels/.rels",
               "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/"
               "officeDocument/2006/relationships/officeDocument\" "
               "Target=\"word/document.xml\"/></Relationships>"),
        packed("word/document.xml", document)};
}

inline std::string wordDocument(const std::string& body)
{
    return "<w:document " + WordNamespace + "><w:body>" + body + "</w:body></w:document>";
}

inline std::string wordParagraph(const std::string& text)
{
    return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

} // namespace gatehouse::test
