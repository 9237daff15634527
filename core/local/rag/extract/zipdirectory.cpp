// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/local/rag/extract/archive.h"
#include "core/local/rag/extract/reply.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace gatehouse::local {

namespace {

tl::unexpected<Error> tooComplex(const std::string& what)
{
    return refuse("TooComplex", "The document is refused: " + what + ".", SaveAgain);
}

/// Little-endian numbers at places that were checked to be inside; 0 outside.
class Bytes
{
public:
    explicit Bytes(std::string_view bytes)
        : m_bytes(bytes)
    {}
    [[nodiscard]] std::uint64_t number(std::uint64_t at, unsigned width) const
    {
        if (at > m_bytes.size() || m_bytes.size() - at < width)
            return 0;
        std::uint64_t value = 0;
        for (unsigned i = width; i-- > 0;)
            value = (value << 8U) | static_cast<unsigned char>(m_bytes[at + i]);
        return value;
    }
    [[nodiscard]] bool holds(std::uint64_t at, std::uint64_t length) const
    {
        return at <= m_bytes.size() && m_bytes.size() - at >= length;
    }
    [[nodiscard]] bool has(std::uint64_t at, std::string_view signature) const
    {
        return holds(at, signature.size()) && m_bytes.substr(at, signature.size()) == signature;
    }
    [[nodiscard]] std::string_view part(std::uint64_t at, std::uint64_t length) const
    {
        return holds(at, length) ? m_bytes.substr(at, length) : std::string_view();
    }

private:
    std::string_view m_bytes;
};

/// Where the list of entries lies.
struct Directory
{
    std::uint64_t entries = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t end = 0; ///< where the closing records begin
};

/// The 64-bit closing record, when there is one before the old one.
Result<Directory> wideDirectory(const Bytes& bytes, std::uint64_t locator)
{
    const std::uint64_t at = bytes.number(locator + 8, 8);
    if (!bytes.has(at, {"PK\6\6", 4}) || !bytes.holds(at, 56) || at > locator - 56)
        return damaged("its 64-bit list of entries is not where it says");
    return Directory{bytes.number(at + 32, 8), bytes.number(at + 48, 8), bytes.number(at + 40, 8), at};
}

Result<Directory> findDirectory(std::string_view text)
{
    const Bytes bytes(text);
    const std::size_t at = text.rfind(std::string_view("PK\5\6", 4));
    if (at == std::string_view::npos || !bytes.holds(at, 22) || text.size() - at > 22 + 65'535)
        return damaged("its list of entries is missing");
    if (at + 22 + bytes.number(at + 20, 2) != text.size())
        return damaged("something stands behind its end");
    if (bytes.number(at + 4, 2) != 0 || bytes.number(at + 6, 2) != 0 ||
        bytes.number(at + 8, 2) != bytes.number(at + 10, 2))
        return damaged("it is a part of an archive of several");
    Directory found{bytes.number(at + 10, 2), bytes.number(at + 16, 4), bytes.number(at + 12, 4), at};
    if (at >= 20 && bytes.has(at - 20, {"PK\6\7", 4})) {
        const auto wide = wideDirectory(bytes, at - 20);
        if (!wide)
            return wide;
        // Two readers must not see two archives.
        const bool agrees = (found.entries == 0xFFFF || found.entries == wide->entries) &&
                            (found.offset == 0xFFFFFFFF || found.offset == wide->offset) &&
                            (found.size == 0xFFFFFFFF || found.size == wide->size);
        if (!agrees)
            return damaged("its two lists of entries differ");
        found = *wide;
    }
    if (found.offset > found.end || found.size != found.end - found.offset)
        return damaged("its list of entries is not where it says");
    return found;
}

/// The 64-bit values that stand in for those that are all ones.
bool readWide(const Bytes& bytes, std::uint64_t at, std::uint64_t length, ArchiveEntry& entry)
{
    const std::array<std::uint64_t*, 3> fields{&entry.size, &entry.packed, &entry.offset};
    const bool wanted = std::any_of(fields.begin(), fields.end(),
                                    [](const std::uint64_t* field) { return *field == 0xFFFFFFFF; });
    const std::uint64_t end = at + length;
    while (wanted && at + 4 <= end) {
        const std::uint64_t id = bytes.number(at, 2);
        const std::uint64_t size = bytes.number(at + 2, 2);
        at += 4;
        if (size > end - at)
            return false;
        if (id == 1) {
            std::uint64_t used = 0;
            for (std::uint64_t* field : fields) {
                if (*field != 0xFFFFFFFF)
                    continue;
                if (used + 8 > size)
                    return false;
                *field = bytes.number(at + used, 8);
                used += 8;
            }
            return true;
        }
        at += size;
    }
    return !wanted;
}

bool isSafeName(std::string_view name)
{
    if (name.empty() || name.size() > 255 || name.front() == '/' || !isValidUtf8(name))
        return false;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20U || byte == 0x7FU || c == '\\' || c == ':')
            return false;
    }
    for (std::size_t start = 0; start <= name.size();) {
        const std::size_t end = std::min(name.find('/', start), name.size());
        const std::string_view segment = name.substr(start, end - start);
        if (segment == "." || segment == ".." || (segment.empty() && end != name.size()))
            return false;
        start = end + 1;
    }
    return true;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

Status checkClaims(const ArchiveEntry& entry, const ArchiveLimits& limits)
{
    if ((entry.flags & 0x41U) != 0)
        return refuse("EncryptedDocument", "The document's parts are encrypted.",
                      "Save a copy without the password and upload that.");
    if (!isSafeName(entry.name))
        return damaged("an entry has a name that leads out of it");
    if (entry.method != 0 && entry.method != 8)
        return damaged("an entry is packed in a way that documents never are");
    if (entry.method == 0 && entry.packed != entry.size)
        return damaged("an entry's two sizes differ");
    if (entry.size > limits.totalBytes)
        return tooComplex("an entry would unpack to more than " + std::to_string(limits.totalBytes >> 20U) +
                          " MiB");
    if (entry.size > limits.ratio * entry.packed)
        return tooComplex("an entry would unpack to more than " + std::to_string(limits.ratio) +
                          " times its size");
    return {};
}

/// The entry's own header says the same as the list. end is where its data end.
Status checkLocal(const Bytes& bytes, const ArchiveEntry& entry, std::uint64_t limit, std::uint64_t& end)
{
    if (!bytes.has(entry.offset, {"PK\3\4", 4}) || !bytes.holds(entry.offset, 30))
        return damaged("an entry is not where the list says");
    const std::uint64_t nameLength = bytes.number(entry.offset + 26, 2);
    const std::uint64_t extra = bytes.number(entry.offset + 28, 2);
    if (bytes.part(entry.offset + 30, nameLength) != entry.name)
        return damaged("an entry has two names");
    if (bytes.number(entry.offset + 8, 2) != entry.method ||
        ((bytes.number(entry.offset + 6, 2) ^ entry.flags) & 0x9U) != 0)
        return damaged("an entry is described in two ways");
    const std::uint64_t packed = bytes.number(entry.offset + 18, 4);
    const std::uint64_t size = bytes.number(entry.offset + 22, 4);
    const bool later = (entry.flags & 0x8U) != 0; // the sizes follow the data
    if (!later &&
        ((packed != entry.packed && packed != 0xFFFFFFFF) || (size != entry.size && size != 0xFFFFFFFF)))
        return damaged("an entry's size is given in two ways");
    const std::uint64_t start = entry.offset + 30 + nameLength + extra;
    if (start > limit || entry.packed > limit - start)
        return damaged("an entry reaches beyond the end");
    end = start + entry.packed;
    return {};
}

/// The entries' own headers, and that no two share a byte.
Status checkExtents(const Bytes& bytes, const std::vector<ArchiveEntry>& entries, std::uint64_t limit)
{
    std::vector<const ArchiveEntry*> order;
    for (const ArchiveEntry& entry : entries)
        order.push_back(&entry);
    std::sort(order.begin(), order.end(),
              [](const ArchiveEntry* a, const ArchiveEntry* b) { return a->offset < b->offset; });
    std::uint64_t free = 0;
    for (const ArchiveEntry* entry : order) {
        if (entry->offset < free)
            return damaged("its entries overlap");
        if (auto checked = checkLocal(bytes, *entry, limit, free); !checked)
            return checked;
    }
    return {};
}

Result<ArchiveEntry> readEntry(const Bytes& bytes, std::uint64_t& at, std::uint64_t end)
{
    if (!bytes.has(at, {"PK\1\2", 4}) || end - at < 46)
        return damaged("its list of entries is broken");
    ArchiveEntry entry;
    entry.flags = static_cast<std::uint16_t>(bytes.number(at + 8, 2));
    entry.method = static_cast<std::uint16_t>(bytes.number(at + 10, 2));
    entry.packed = bytes.number(at + 20, 4);
    entry.size = bytes.number(at + 24, 4);
    entry.offset = bytes.number(at + 42, 4);
    const std::uint64_t name = bytes.number(at + 28, 2);
    const std::uint64_t extra = bytes.number(at + 30, 2);
    const std::uint64_t length = 46 + name + extra + bytes.number(at + 32, 2);
    if (length > end - at)
        return damaged("its list of entries is broken");
    entry.name = bytes.part(at + 46, name);
    if (!readWide(bytes, at + 46 + name, extra, entry))
        return damaged("an entry's 64-bit sizes are missing");
    at += length;
    return entry;
}

} // namespace

Result<std::vector<ArchiveEntry>> readDirectory(std::string_view text, const ArchiveLimits& limits)
{
    const auto directory = findDirectory(text);
    if (!directory)
        return fail(directory.error());
    const Bytes bytes(text);
    const std::uint64_t end = directory->offset + directory->size;
    std::vector<ArchiveEntry> entries;
    std::set<std::string> names;
    std::uint64_t total = 0;
    std::uint64_t packed = 0;
    for (std::uint64_t at = directory->offset; at < end;) {
        if (entries.size() >= limits.entries)
            return tooComplex("it has more than " + std::to_string(limits.entries) + " entries");
        auto entry = readEntry(bytes, at, end);
        if (!entry)
            return fail(entry.error());
        if (auto checked = checkClaims(*entry, limits); !checked)
            return fail(checked.error());
        if (!names.insert(lower(entry->name)).second)
            return damaged("two entries have one name");
        total += entry->size;
        packed += entry->packed;
        if (total > limits.totalBytes)
            return tooComplex("it would unpack to more than " + std::to_string(limits.totalBytes >> 20U) +
                              " MiB");
        entries.push_back(std::move(*entry));
    }
    // A 16-bit count wraps around; the list itself is what counts, but it must not claim another number.
    if (entries.size() != directory->entries)
        return damaged("its list of entries has another length than it says");
    if (total > limits.ratio * packed)
        return tooComplex("it would unpack to more than " + std::to_string(limits.ratio) + " times its size");
    if (auto checked = checkExtents(bytes, entries, directory->offset); !checked)
        return fail(checked.error());
    return entries;
}

} // namespace gatehouse::local
