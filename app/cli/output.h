// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/table/tabletext.h"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::cli {

enum class Format { Table, Json, Csv };

/// The exit statuses that scripts rely on.
enum class ExitStatus {
    Done = 0,
    CheckFailed = 1,
    Usage = 2,
    NotAllowed = 3,
    ServiceFailed = 4,
    Conflict = 5
};

[[nodiscard]] ExitStatus exitStatusFor(const Error& error);

/// Writes answers to one stream and errors to another, in the format asked for. Text from outside never
/// carries a control character to a terminal, and never a formula into a spreadsheet.
class Output
{
public:
    Output(std::ostream& out, std::ostream& err, Format format);

    [[nodiscard]] Format format() const { return m_format; }

    /// A table as aligned columns, as a JSON array of objects (types kept), or as CSV with a header.
    void table(const Table& table);
    void json(const Json& value);
    /// A line for a person; nothing in the other formats.
    void line(std::string_view text);
    /// A text of several lines, in every format; control characters escaped but for its line ends.
    void text(std::string_view text);
    /// A line beside the answer, for a person: on the stream of errors; nothing in JSON.
    void note(std::string_view text);
    /// One line, or one JSON object.
    void error(const Error& error);
    /// The query's line with the position of the error underlined, before error() says what it is. Table
    /// format only.
    void underline(std::string_view query, const TextPosition& position);

private:
    std::ostream& m_out;
    std::ostream& m_err;
    Format m_format;
};

/// Control characters (but the tab) as visible \x.. escapes.
[[nodiscard]] std::string forTerminal(std::string_view text);

} // namespace gatehouse::cli
