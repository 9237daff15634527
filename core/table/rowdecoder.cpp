// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/rowdecoder.h"

#include "core/base/json.h"
#include "core/table/cellreader.h"
#include "core/table/jsonscanner.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace gatehouse {

namespace {

constexpr std::size_t FirstPiece = 16U << 10U; // small, since most answers are
constexpr std::size_t LargestPiece = 256U << 10U;
constexpr std::size_t Nowhere = std::string::npos;

enum class Fault {
    None,
    Broken, // simdjson could not go on
    NoArray,
    TooFewCells,
    TooManyCells,
    OtherType
};

/// Where reading a piece stopped, and why.
struct Failure
{
    Fault fault = Fault::None;
    std::size_t row = 0; // within the piece
    std::size_t cell = 0;
};

/// One piece of the rows as text of its own: an opening bracket, rows, and a byte that closes the array.
struct Piece
{
    std::size_t start = 0;
    std::size_t end = 0;     // behind the closing bracket, which may be a comma that is being overwritten
    bool cutAtComma = false; // more rows follow, if the cut was well chosen
};

std::size_t skipWhite(std::string_view text, std::size_t from)
{
    while (from < text.size() && isJsonWhite(text[from]))
        ++from;
    return from;
}

/// The comma of the first "],[" at or after a place. It may stand inside a string or a nested array; reading
/// the piece shows it, because then a quote or a bracket is missing.
std::size_t findRowComma(std::string_view text, std::size_t from)
{
    while (from < text.size()) {
        const void* found = std::memchr(text.data() + from, ']', text.size() - from);
        if (found == nullptr)
            return Nowhere;
        from = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
        const std::size_t comma = skipWhite(text, from);
        if (comma >= text.size() || text[comma] != ',')
            continue;
        const std::size_t next = skipWhite(text, comma + 1);
        if (next < text.size() && text[next] == '[')
            return comma;
    }
    return Nowhere;
}

std::string_view promised(ColumnType type)
{
    switch (type) {
    case ColumnType::Bool:
        return "true or false";
    case ColumnType::Int:
    case ColumnType::Long:
        return "a whole number";
    case ColumnType::Real:
        return "a number";
    case ColumnType::Decimal:
        return "a decimal number";
    case ColumnType::DateTime:
        return "a time";
    case ColumnType::Timespan:
        return "a time span";
    case ColumnType::Guid:
    case ColumnType::String:
        return "text";
    case ColumnType::Dynamic:
        break;
    }
    return "JSON";
}

} // namespace

class RowDecoder::Impl
{
public:
    explicit Impl(std::string& body)
        : m_body(body)
    {}

    [[nodiscard]] Result<std::size_t> decode(Table& table, const std::string& label, std::size_t offset);

private:
    [[nodiscard]] Result<Piece> nextPiece(std::size_t start, std::size_t size) const;
    [[nodiscard]] Result<Piece> checkedPiece(const Piece& piece) const;
    /// Where the rows ended, or Nowhere when all of the piece was rows.
    [[nodiscard]] tl::expected<std::size_t, Failure> readPiece(const Piece& piece);
    [[nodiscard]] tl::expected<std::size_t, Failure> walk(simdjson::padded_string_view text);
    [[nodiscard]] tl::unexpected<Error> explain(const Piece& piece, const Failure& failure,
                                                std::size_t rowsBefore) const;
    [[nodiscard]] std::string describe(const Failure& failure) const;
    void reserveRest(std::size_t consumed, std::size_t rows, std::size_t from);

    std::string& m_body;
    ondemand::parser m_parser;
    std::vector<CellReader> m_cells;
    std::string m_label;
};

namespace {

/// Reads one row; cell is where it stopped.
Fault readRow(ondemand::value& row, std::span<CellReader> readers, std::size_t& cell)
{
    ondemand::array cells;
    if (row.get_array().get(cells) != simdjson::SUCCESS)
        return Fault::NoArray;
    cell = 0;
    for (auto element : cells) {
        ondemand::value value;
        if (element.get(value) != simdjson::SUCCESS)
            return Fault::Broken;
        if (cell == readers.size())
            return Fault::TooManyCells;
        if (!readers[cell].read(value))
            return Fault::OtherType;
        ++cell;
    }
    return cell == readers.size() ? Fault::None : Fault::TooFewCells;
}

/// All rows of a piece. Flattened: calls for each cell made the whole decoding a seventh slower (measured).
[[gnu::flatten]] Failure readRows(ondemand::array rows, std::span<CellReader> readers)
{
    std::size_t number = 0;
    std::size_t cell = 0;
    for (auto element : rows) {
        ondemand::value row;
        if (element.get(row) != simdjson::SUCCESS)
            return {Fault::Broken, number, 0};
        if (const Fault fault = readRow(row, readers, cell); fault != Fault::None)
            return {fault, number, cell};
        ++number;
    }
    return {};
}

tl::unexpected<Error> cutShort()
{
    return fail(Error::Kind::Parse, "The answer to the query ends in the middle.",
                "Run the query again; if it happens again, ask for fewer rows.");
}

} // namespace

Result<std::size_t> RowDecoder::Impl::decode(Table& table, const std::string& label, std::size_t offset)
{
    m_label = label;
    m_cells.clear();
    for (std::size_t i = 0; i < table.columnCount(); ++i)
        m_cells.emplace_back(table.column(i));
    std::size_t start = offset;
    std::size_t size = FirstPiece;
    bool reserved = false;
    while (true) {
        const std::size_t before = table.rowCount();
        Result<Piece> piece = nextPiece(start, size);
        if (!piece)
            return tl::unexpected(piece.error());
        auto ended = readPiece(*piece);
        if (!ended) {
            for (const CellReader& cells : m_cells)
                cells.column().truncate(before);
            const Result<Piece> checked = checkedPiece(*piece);
            if (!checked)
                return tl::unexpected(checked.error());
            if (checked->end == piece->end)
                return explain(*piece, ended.error(), before);
            piece = checked;
            ended = readPiece(*piece);
            if (!ended)
                return explain(*piece, ended.error(), before);
        }
        if (*ended != Nowhere)
            return *ended;
        if (!piece->cutAtComma)
            return piece->end;
        start = piece->end - 1;
        if (size == LargestPiece && !std::exchange(reserved, true))
            reserveRest(start - offset, table.rowCount(), start);
        size = std::min(size * 2, LargestPiece);
    }
}

Result<Piece> RowDecoder::Impl::nextPiece(std::size_t start, std::size_t size) const
{
    const std::size_t comma = findRowComma(m_body, start + size);
    if (comma != Nowhere)
        return Piece{start, comma + 1, true};
    return checkedPiece({start, m_body.size(), false});
}

/// The same piece, or the next longer one, cut at a place that is proved to be between two rows.
Result<Piece> RowDecoder::Impl::checkedPiece(const Piece& piece) const
{
    JsonScanner scanner(m_body, piece.start + 1);
    if (scanner.peek() == ']')
        return Piece{piece.start, scanner.offset() + 1, false};
    const auto more = scanner.skipElementsTo(piece.end - 1);
    if (!more)
        return scanner.atEnd() ? cutShort()
                               : fail(Error::Kind::Parse, "The answer to the query is not valid JSON.",
                                      "Run the query again.");
    return Piece{piece.start, scanner.offset() + 1, *more};
}

tl::expected<std::size_t, Failure> RowDecoder::Impl::readPiece(const Piece& piece)
{
    const std::size_t length = piece.end - piece.start;
    // The last pieces lack the bytes behind them that simdjson may read.
    if (piece.end + simdjson::SIMDJSON_PADDING > m_body.size() || !piece.cutAtComma) {
        simdjson::padded_string copy(std::string_view(m_body).substr(piece.start, length));
        copy.data()[0] = '[';
        copy.data()[length - 1] = ']';
        auto ended = walk(copy);
        if (ended && *ended != Nowhere)
            *ended += piece.start;
        return ended;
    }
    // The space keeps simdjson from going on where a piece that was cut badly ends.
    const char first = std::exchange(m_body[piece.start], '[');
    const char last = std::exchange(m_body[piece.end - 1], ']');
    const char behind = std::exchange(m_body[piece.end], ' ');
    auto ended = walk(simdjson::padded_string_view(m_body.data() + piece.start, length,
                                                   length + simdjson::SIMDJSON_PADDING));
    m_body[piece.start] = first;
    m_body[piece.end - 1] = last;
    m_body[piece.end] = behind;
    if (ended && *ended != Nowhere)
        *ended += piece.start;
    return ended;
}

tl::expected<std::size_t, Failure> RowDecoder::Impl::walk(simdjson::padded_string_view text)
{
    ondemand::document document;
    ondemand::array rows;
    if (m_parser.iterate(text).get(document) != simdjson::SUCCESS ||
        document.get_array().get(rows) != simdjson::SUCCESS)
        return tl::unexpected(Failure{Fault::Broken});
    if (const Failure failure = readRows(rows, m_cells); failure.fault != Fault::None)
        return tl::unexpected(failure);
    const char* next = nullptr;
    if (document.current_location().get(next) != simdjson::SUCCESS)
        return Nowhere;
    // The array ended before the piece did; what comes next stands behind its bracket.
    auto end = static_cast<std::size_t>(next - text.data());
    while (end > 0 && text[end - 1] != ']')
        --end;
    return end;
}

tl::unexpected<Error> RowDecoder::Impl::explain(const Piece& piece, const Failure& failure,
                                                std::size_t rowsBefore) const
{
    std::string text = m_body.substr(piece.start, piece.end - piece.start);
    text.front() = '[';
    text.back() = ']';
    const std::string row =
        "row " + std::to_string(rowsBefore + failure.row + 1) + " of the table " + m_label;
    if (failure.fault == Fault::Broken || !parseJson(text, std::numeric_limits<std::size_t>::max()))
        return fail(Error::Kind::Parse, "The answer to the query is not valid JSON near " + row + ".",
                    "Run the query again.");
    return fail(Error::Kind::Protocol,
                "The answer to the query does not fit its columns: " + row + " " + describe(failure) + ".",
                "Run the query again; if it happens again, report it with the copied details.");
}

std::string RowDecoder::Impl::describe(const Failure& failure) const
{
    if (failure.fault == Fault::NoArray)
        return "is not an array";
    if (failure.fault == Fault::TooManyCells)
        return "has more cells than there are columns";
    if (failure.fault == Fault::TooFewCells)
        return "has fewer cells than there are columns";
    const Column& column = m_cells[failure.cell].column();
    std::string text = "holds something else than ";
    text += promised(column.type());
    text += " in the column “";
    text += column.name();
    text += "”";
    return text;
}

void RowDecoder::Impl::reserveRest(std::size_t consumed, std::size_t rows, std::size_t from)
{
    // As if the rest of the body were rows like those so far, and a twentieth more.
    const double factor =
        static_cast<double>(m_body.size() - from) / static_cast<double>(consumed) * 1.05 + 1.0;
    for (const CellReader& cells : m_cells)
        cells.column().reserve(
            static_cast<std::size_t>(static_cast<double>(rows) * factor),
            static_cast<std::size_t>(static_cast<double>(cells.column().textBytes()) * factor));
}

RowDecoder::RowDecoder(std::string& body)
    : m_impl(std::make_unique<Impl>(body))
{}

RowDecoder::~RowDecoder() = default;

Result<std::size_t> RowDecoder::decode(Table& table, const std::string& label, std::size_t offset)
{
    return m_impl->decode(table, label, offset);
}

} // namespace gatehouse
