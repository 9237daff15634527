// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include <algorithm>
#include <ostream>

namespace gatehouse::cli {

namespace {

constexpr std::size_t WriteAt = 1U << 16U;

/// Characters, not bytes, which is close enough to columns for aligning names.
std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t columns, bool right)
{
    const std::string space(columns > width(text) ? columns - width(text) : 0, ' ');
    return right ? space + text : text + space;
}

/// Some services end their messages with a period and some do not.
bool endsSentence(std::string_view text)
{
    return text.empty() || std::string_view(".!?:").find(text.back()) != std::string_view::npos;
}

} // namespace

ExitStatus exitStatusFor(const Error& error)
{
    switch (error.kind) {
    case Error::Kind::SignInRequired:
    case Error::Kind::Denied:
        return ExitStatus::NotAllowed;
    case Error::Kind::InvalidInput:
        return ExitStatus::Usage;
    case Error::Kind::Conflict:
        return ExitStatus::Conflict;
    default:
        return ExitStatus::ServiceFailed;
    }
}

std::string forTerminal(std::string_view text)
{
    static constexpr std::string_view Hex = "0123456789abcdef";
    std::string safe;
    safe.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // C1 controls arrive as C2 80..9F in UTF-8 and start escape sequences in some terminals.
        const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F || c1) {
            const auto shown = c1 ? static_cast<unsigned char>(text[++i]) : byte;
            safe += "\\x";
            safe += Hex[shown >> 4U];
            safe += Hex[shown & 15U];
        } else {
            safe += text[i];
        }
    }
    return safe;
}

Output::Output(std::ostream& out, std::ostream& err, Format format)
    : m_out(out)
    , m_err(err)
    , m_format(format)
{}

void Output::table(const Table& table)
{
    const std::size_t rows = table.rowCount();
    if (m_format != Format::Table) {
        // In pieces, so that a large answer is never held twice.
        TableWriter writer(table, m_format == Format::Json ? TableFormat::JsonText : TableFormat::Csv);
        std::string text;
        writer.begin(text);
        for (std::size_t row = 0; row < rows; ++row) {
            writer.row(text, row);
            if (text.size() >= WriteAt) {
                m_out << text;
                text.clear();
            }
        }
        writer.end(text);
        m_out << text;
        return;
    }
    std::vector<std::size_t> widths;
    for (const Column& column : table.columns()) {
        std::size_t widest = width(forTerminal(column.name()));
        for (std::size_t row = 0; row < rows; ++row)
            widest = std::max(widest, width(forTerminal(column.displayAt(row))));
        widths.push_back(widest);
    }
    const auto writeRow = [&](const auto& textOf) {
        std::string text;
        for (std::size_t i = 0; i < table.columnCount(); ++i)
            text += (i == 0 ? "" : "  ") + padded(forTerminal(textOf(table.column(i))), widths[i],
                                                  isNumeric(table.column(i).type()));
        text.erase(text.find_last_not_of(' ') + 1);
        m_out << text << "\n";
    };
    writeRow([](const Column& column) { return column.name(); });
    for (std::size_t row = 0; row < rows; ++row)
        writeRow([row](const Column& column) { return column.displayAt(row); });
}

void Output::json(const Json& value)
{
    m_out << dumpJson(value, 2) << "\n";
}

void Output::line(std::string_view text)
{
    if (m_format == Format::Table)
        m_out << forTerminal(text) << "\n";
}

void Output::text(std::string_view text)
{
    for (;;) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        m_out << forTerminal(line) << "\n";
        if (end == std::string_view::npos || end + 1 == text.size())
            return;
        text.remove_prefix(end + 1);
    }
}

void Output::note(std::string_view text)
{
    if (m_format != Format::Json)
        m_err << forTerminal(text) << "\n";
}

void Output::error(const Error& error)
{
    if (m_format == Format::Json) {
        Json object = {{"kind", toString(error.kind)}, {"message", error.message}};
        const auto add = [&object](const char* name, const std::string& value) {
            if (!value.empty())
                object[name] = value;
        };
        add("advice", error.advice);
        add("code", error.serviceCode);
        add("requestId", error.requestId);
        add("correlationId", error.correlationId);
        if (error.httpStatus != 0)
            object["status"] = error.httpStatus;
        if (error.position)
            object["position"] = {{"line", error.position->line}, {"column", error.position->column}};
        m_err << dumpJson(Json{{"error", object}}) << "\n";
        return;
    }
    std::string text = error.message;
    if (!error.advice.empty())
        text += (endsSentence(text) ? " " : ". ") + error.advice;
    std::string note = error.serviceCode;
    if (error.position)
        note += (note.empty() ? "line " : ", line ") + std::to_string(error.position->line) + " column " +
                std::to_string(error.position->column);
    if (!error.requestId.empty())
        note += (note.empty() ? "request " : ", request ") + error.requestId;
    if (!note.empty())
        text += " (" + note + ")";
    // One line, whatever the service wrote.
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::replace(text.begin(), text.end(), '\r', ' ');
    m_err << "gatehouse-cli: " << forTerminal(text) << "\n";
}

void Output::underline(std::string_view query, const TextPosition& position)
{
    if (m_format != Format::Table || position.line < 1 || position.column < 1)
        return;
    for (int line = 1; line < position.line; ++line) {
        const std::size_t end = query.find('\n');
        if (end == std::string_view::npos)
            return;
        query.remove_prefix(end + 1);
    }
    const std::string text = forTerminal(query.substr(0, query.find_first_of("\r\n")));
    const auto start = static_cast<std::size_t>(position.column - 1);
    if (start > text.size())
        return;
    const std::size_t length =
        std::clamp<std::size_t>(position.length, 1, std::max<std::size_t>(1, text.size() - start));
    m_err << text << "\n" << std::string(start, ' ') << std::string(length, '^') << "\n";
}

} // namespace gatehouse::cli
