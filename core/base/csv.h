// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

struct CsvRecord
{
    int line = 1; ///< where it begins
    std::vector<std::string> fields;

    /// A line without anything in it.
    [[nodiscard]] bool blank() const { return fields.size() == 1 && fields.front().empty(); }
};

/// Reads the records of RFC 4180 one after the other. The text must outlive the reader; a byte order mark is
/// skipped.
class CsvReader
{
public:
    explicit CsvReader(std::string_view text);

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }
    /// csvError where the text breaks the rules.
    [[nodiscard]] Result<CsvRecord> next();

private:
    bool takeLineEnd();
    Result<std::string> plain();
    Result<std::string> quoted();

    std::string_view m_rest;
    int m_line = 1;
};

/// InvalidInput "Line 3: <what>" with position.line, for imports that take all of a file or nothing.
[[nodiscard]] tl::unexpected<Error> csvError(int line, const std::string& what);

} // namespace gatehouse
