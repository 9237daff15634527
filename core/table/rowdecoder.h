// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/table.h"

#include <cstddef>
#include <memory>
#include <string>

namespace gatehouse {

/// Reads the "rows" arrays of a query answer into typed columns.
///
/// simdjson indexes all of what it is given before it hands out the first value, which costs four bytes for
/// each byte of text. So the rows are given to it in pieces of a few hundred kilobytes, cut between two rows:
/// the index stays in the processor's cache and the peak is the body and the columns, whatever the size of
/// the answer. The bytes at a cut are overwritten while a piece is read and put back afterwards. One thread.
class RowDecoder
{
public:
    /// The body must outlive the decoder and keep its length.
    explicit RowDecoder(std::string& body);
    ~RowDecoder();
    RowDecoder(const RowDecoder&) = delete;
    RowDecoder& operator=(const RowDecoder&) = delete;

    /// Appends the rows of the array that opens at this offset, and answers the offset behind its end.
    /// Parse when the text is no JSON or is cut, Protocol when a cell is not what its column promises; label
    /// names the table in messages.
    [[nodiscard]] Result<std::size_t> decode(Table& table, const std::string& label, std::size_t offset);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace gatehouse
