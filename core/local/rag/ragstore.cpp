// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/ragstore.h"

#include "core/base/encoding.h"
#include "core/base/sqlite/database.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace gatehouse::local {

namespace {

constexpr std::size_t IdBytes = 16;
constexpr std::int64_t MostRows = 2'000; ///< that one question ranks by its words

/// The words are an index over chunks.text, which is kept once. secure_delete overwrites what is removed.
constexpr const char* Schema = R"sql(
PRAGMA secure_delete=ON;
CREATE TABLE IF NOT EXISTS documents(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, bytes INTEGER NOT NULL, pages INTEGER,
    chunks INTEGER NOT NULL, uploaded TEXT NOT NULL, space TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks(
    key INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL REFERENCES documents(id), number INTEGER NOT NULL,
    page INTEGER, tokens INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE(document, number));
CREATE TABLE IF NOT EXISTS vectors(key INTEGER PRIMARY KEY REFERENCES chunks(key), vector BLOB NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    text, content='chunks', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2');
)sql";

constexpr const char* DocumentColumns =
    "SELECT id, name, type, bytes, pages, chunks, uploaded FROM documents";
constexpr const char* PassageColumns =
    "SELECT c.key, c.document, d.name, c.page, c.number, c.tokens, c.text FROM chunks c "
    "JOIN documents d ON d.id = c.document";

StoredDocument documentFrom(const Statement& row)
{
    StoredDocument document;
    document.id = row.text(0);
    document.name = row.text(1);
    document.mediaType = row.text(2);
    document.bytes = row.integer(3);
    if (!row.isNull(4))
        document.pages = static_cast<int>(row.integer(4));
    document.chunks = row.integer(5);
    document.uploaded = parseDateTime(row.text(6)).value_or(DateTime());
    return document;
}

StoredPassage passageFrom(const Statement& row)
{
    StoredPassage passage;
    passage.key = row.integer(0);
    passage.documentId = row.text(1);
    passage.documentName = row.text(2);
    if (!row.isNull(3))
        passage.page = static_cast<int>(row.integer(3));
    passage.index = row.integer(4);
    passage.tokens = row.integer(5);
    passage.text = row.text(6);
    passage.id = passage.documentId + "-" + std::to_string(passage.index);
    return passage;
}

template <typename Row, typename Read>
Result<std::vector<Row>> all(Statement& statement, Read read)
{
    std::vector<Row> rows;
    for (;;) {
        const auto row = statement.step();
        if (!row)
            return fail(row.error());
        if (!*row)
            return rows;
        rows.push_back(read(statement));
    }
}

/// One transaction: all of it, or nothing.
template <typename Work>
Status transact(Database& database, Work work)
{
    if (Status begun = database.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    Status done = work();
    if (done)
        done = database.execute("COMMIT");
    if (!done)
        static_cast<void>(database.execute("ROLLBACK"));
    return done;
}

/// "a" OR "b": a quoted term is never syntax, and terms hold no quotes.
std::string matchOf(const std::vector<std::string>& terms)
{
    std::string match;
    for (const std::string& term : terms) {
        if (term.empty() || term.find('"') != std::string::npos || term.find('\0') != std::string::npos)
            continue;
        match += match.empty() ? "\"" : " OR \"";
        match += term + '"';
    }
    return match;
}

std::string placeholders(std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += i == 0 ? "?" : ",?";
    return text;
}

Result<std::int64_t> oneInteger(Database& database, std::string_view sql)
{
    auto statement = database.prepare(sql);
    if (!statement)
        return fail(statement.error());
    const auto row = statement->step();
    if (!row)
        return fail(row.error());
    return *row ? statement->integer(0) : 0;
}

} // namespace

std::string documentIdOf(std::string_view bytes)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return toHex(std::string_view(reinterpret_cast<const char*>(digest.data()), IdBytes));
}

RagStore::RagStore(std::unique_ptr<Database> writer, std::unique_ptr<Database> reader)
    : m_writer(std::move(writer))
    , m_reader(std::move(reader))
{}

RagStore::~RagStore() = default;

Result<std::unique_ptr<RagStore>> RagStore::open(const std::string& path)
{
    auto writer = Database::open(path, Database::Sync::Full);
    if (!writer)
        return fail(writer.error());
    if (Status made = (*writer)->execute(Schema); !made)
        return fail(made.error());
    auto reader = Database::open(path);
    if (!reader)
        return fail(reader.error());
    return std::unique_ptr<RagStore>(new RagStore(std::move(*writer), std::move(*reader)));
}

Result<std::vector<StoredDocument>> RagStore::documents()
{
    const std::lock_guard lock(m_readMutex);
    auto statement = m_reader->prepare(std::string(DocumentColumns) + " ORDER BY uploaded, name, id");
    if (!statement)
        return fail(statement.error());
    return all<StoredDocument>(*statement, documentFrom);
}

Result<std::optional<StoredDocument>> RagStore::document(std::string_view id)
{
    const std::lock_guard lock(m_readMutex);
    auto statement = m_reader->prepare(std::string(DocumentColumns) + " WHERE id = ?");
    if (!statement)
        return fail(statement.error());
    statement->bind(1, id);
    const auto row = statement->step();
    if (!row)
        return fail(row.error());
    return *row ? std::optional(documentFrom(*statement)) : std::nullopt;
}

Result<std::vector<StoredPassage>> RagStore::passages(std::string_view documentId)
{
    const std::lock_guard lock(m_readMutex);
    auto statement =
        m_reader->prepare(std::string(PassageColumns) + " WHERE c.document = ? ORDER BY c.number");
    if (!statement)
        return fail(statement.error());
    statement->bind(1, documentId);
    return all<StoredPassage>(*statement, passageFrom);
}

Result<std::vector<StoredPassage>> RagStore::load(std::span<const std::int64_t> keys)
{
    const std::lock_guard lock(m_readMutex);
    auto statement = m_reader->prepare(std::string(PassageColumns) + " WHERE c.key = ?");
    if (!statement)
        return fail(statement.error());
    std::vector<StoredPassage> passages;
    for (const std::int64_t key : keys) {
        statement->bind(1, key);
        const auto row = statement->step();
        if (!row)
            return fail(row.error());
        if (*row)
            passages.push_back(passageFrom(*statement));
        statement->reset();
    }
    return passages;
}

Result<std::int64_t> RagStore::chunkCount()
{
    const std::lock_guard lock(m_readMutex);
    return oneInteger(*m_reader, "SELECT count(*) FROM chunks");
}

Result<std::optional<std::int64_t>> RagStore::add(const StoredDocument& document,
                                                  const std::vector<Chunk>& chunks,
                                                  const DocumentVectors& vectors)
{
    if (vectors.values.size() != chunks.size() * vectors.dimensions || vectors.dimensions == 0)
        return fail(Error::Kind::Internal, "There is not one vector for each chunk.");
    const std::lock_guard lock(m_writeMutex);
    std::optional<std::int64_t> first;
    const Status done = transact(*m_writer, [&]() -> Status {
        auto known = m_writer->prepare("SELECT 1 FROM documents WHERE id = ?");
        if (!known)
            return fail(known.error());
        known->bind(1, document.id);
        const auto row = known->step();
        if (!row)
            return fail(row.error());
        if (*row)
            return {};
        // Keys are never used twice: whoever still holds one of a forgotten chunk finds nothing.
        const auto last = oneInteger(*m_writer, "SELECT seq FROM sqlite_sequence WHERE name = 'chunks'");
        if (!last)
            return fail(last.error());
        first = *last + 1;
        return insert(document, chunks, vectors, *first);
    });
    if (!done)
        return fail(done.error());
    return first;
}

Status RagStore::insert(const StoredDocument& document, const std::vector<Chunk>& chunks,
                        const DocumentVectors& vectors, std::int64_t firstKey)
{
    auto head = m_writer->prepare("INSERT INTO documents VALUES(?,?,?,?,?,?,?,?)");
    auto chunk = m_writer->prepare("INSERT INTO chunks VALUES(?,?,?,?,?,?)");
    auto words = m_writer->prepare("INSERT INTO words(rowid, text) VALUES(?,?)");
    auto vector = m_writer->prepare("INSERT INTO vectors VALUES(?,?)");
    for (const auto* statement : {&head, &chunk, &words, &vector})
        if (!*statement)
            return fail(statement->error());
    head->bind(1, document.id).bind(2, document.name).bind(3, document.mediaType).bind(4, document.bytes);
    if (document.pages)
        head->bind(5, static_cast<std::int64_t>(*document.pages));
    head->bind(6, static_cast<std::int64_t>(chunks.size()))
        .bind(7, formatDateTime(document.uploaded))
        .bind(8, vectors.space);
    if (Status done = head->run(); !done)
        return done;
    const std::size_t size = vectors.dimensions * sizeof(float);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const Chunk& one = chunks[i];
        const std::int64_t key = firstKey + static_cast<std::int64_t>(i);
        chunk->bind(1, key).bind(2, document.id).bind(3, one.index);
        one.page ? chunk->bind(4, static_cast<std::int64_t>(*one.page)) : chunk->bindNull(4);
        chunk->bind(5, one.tokens).bind(6, one.text);
        words->bind(1, key).bind(2, one.text);
        const auto* bytes = reinterpret_cast<const char*>(vectors.values.data()) + i * size;
        vector->bind(1, key).bindBlob(2, std::string_view(bytes, size));
        for (Statement* statement : {&*chunk, &*words, &*vector})
            if (Status done = statement->run(); !done)
                return done;
    }
    return {};
}

Result<std::optional<StoredDocument>> RagStore::forget(std::string_view id)
{
    const std::lock_guard lock(m_writeMutex);
    auto known = document(id);
    if (!known || !*known)
        return known;
    if (Status done = transact(*m_writer, [&] { return remove(**known); }); !done)
        return fail(done.error());
    // The text is still in the log of the database until a checkpoint; nobody may be reading then.
    const std::lock_guard readers(m_readMutex);
    if (Status done = m_writer->execute("PRAGMA wal_checkpoint(TRUNCATE)"); !done)
        return fail(done.error());
    return known;
}

Status RagStore::remove(const StoredDocument& document)
{
    // An index without a content of its own must be told what it held; merging its parts drops it for good.
    for (const char* sql :
         {"INSERT INTO words(words, rowid, text) SELECT 'delete', key, text FROM chunks WHERE document = ?",
          "DELETE FROM vectors WHERE key IN (SELECT key FROM chunks WHERE document = ?)",
          "DELETE FROM chunks WHERE document = ?", "DELETE FROM documents WHERE id = ?"}) {
        auto statement = m_writer->prepare(sql);
        if (!statement)
            return fail(statement.error());
        statement->bind(1, document.id);
        if (Status done = statement->run(); !done)
            return done;
    }
    return m_writer->execute("INSERT INTO words(words) VALUES('optimize')");
}

/// Ranking looks at every chunk that holds one of the terms, so a term that very many hold costs much and
/// says little. Rarest first, as many as may be looked at; readers hold the lock.
Result<std::vector<std::string>> RagStore::worthwhile(const std::vector<std::string>& terms)
{
    auto statement =
        m_reader->prepare("SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)");
    if (!statement)
        return fail(statement.error());
    std::vector<std::pair<std::int64_t, std::string>> counted;
    for (const std::string& term : terms) {
        const std::string match = matchOf({term});
        if (match.empty())
            continue;
        statement->bind(1, match).bind(2, MostRows);
        const auto row = statement->step();
        if (!row)
            return fail(row.error());
        if (*row && statement->integer(0) > 0)
            counted.emplace_back(statement->integer(0), term);
        statement->reset();
    }
    std::ranges::stable_sort(counted, {}, &std::pair<std::int64_t, std::string>::first);
    std::vector<std::string> chosen;
    std::int64_t rows = 0;
    for (auto& [count, term] : counted) {
        rows += count;
        if (rows > MostRows && !chosen.empty())
            break;
        chosen.push_back(std::move(term));
    }
    return chosen;
}

Result<std::vector<std::int64_t>> RagStore::searchWords(const std::vector<std::string>& terms,
                                                        const std::vector<std::string>& documents,
                                                        std::size_t most)
{
    const std::lock_guard lock(m_readMutex);
    const auto chosen = worthwhile(terms);
    if (!chosen)
        return fail(chosen.error());
    const std::string match = matchOf(*chosen);
    if (match.empty())
        return std::vector<std::int64_t>();
    std::string sql = "SELECT rowid FROM words WHERE words MATCH ?";
    if (!documents.empty())
        sql += " AND rowid IN (SELECT key FROM chunks WHERE document IN (" + placeholders(documents.size()) +
               "))";
    sql += " ORDER BY rank LIMIT ?";
    auto statement = m_reader->prepare(sql);
    if (!statement)
        return fail(statement.error());
    int index = 1;
    statement->bind(index++, match);
    for (const std::string& document : documents)
        statement->bind(index++, document);
    statement->bind(index, static_cast<std::int64_t>(most));
    return all<std::int64_t>(*statement, [](const Statement& row) { return row.integer(0); });
}

Status RagStore::eachVector(const VectorVisitor& visit)
{
    const std::lock_guard lock(m_readMutex);
    auto statement = m_reader->prepare("SELECT v.key, c.document, d.space, v.vector FROM vectors v "
                                       "JOIN chunks c ON c.key = v.key JOIN documents d ON d.id = c.document "
                                       "ORDER BY v.key");
    if (!statement)
        return fail(statement.error());
    std::vector<float> vector;
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return fail(row.error());
        if (!*row)
            return {};
        const std::string_view bytes = statement->text(3);
        vector.resize(bytes.size() / sizeof(float));
        std::memcpy(vector.data(), bytes.data(), vector.size() * sizeof(float));
        visit(statement->integer(0), std::string(statement->text(1)), std::string(statement->text(2)),
              vector);
    }
}

} // namespace gatehouse::local
