// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <algorithm>
#include <array>

namespace gatehouse {

namespace {

// Names only of things that are no secret whatever they hold: numbers, our own words, ids that Azure prints
// itself.
constexpr std::array<std::string_view, 26> Loggable = {
    "attempt", "backend", "bytes",      "code", "correlation_id", "count",  "deployment", "duration", "event",
    "file",    "from",    "host",       "kind", "line",           "method", "operation",  "page",     "port",
    "reason",  "region",  "request_id", "rows", "service_code",   "status", "store_step", "to"};

std::string escaped(std::string_view value)
{
    static constexpr std::string_view Hex = "0123456789abcdef";
    std::string text;
    text.reserve(value.size());
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || c == '\\' || c == '"') {
            text += "\\x";
            text += Hex[byte >> 4U];
            text += Hex[byte & 15U];
        } else {
            text += c;
        }
    }
    return text;
}

} // namespace

bool isLoggableField(std::string_view name)
{
    return std::find(Loggable.begin(), Loggable.end(), name) != Loggable.end();
}

Log::Log(const Clock& clock, Sink sink)
    : m_clock(clock)
    , m_sink(std::move(sink))
{}

void Log::write(Level level, std::string_view event, std::initializer_list<Field> fields)
{
    if (!m_sink)
        return;
    static constexpr std::array<const char*, 4> Levels = {"debug", "info", "warning", "error"};
    std::string line = formatDateTime(m_clock.now());
    line += " ";
    line += Levels.at(static_cast<std::size_t>(level));
    line += " ";
    line += escaped(event);
    for (const Field& field : fields) {
        line += " ";
        line += escaped(field.name);
        line += "=";
        if (isLoggableField(field.name)) {
            line += '"';
            line += escaped(field.value);
            line += '"';
        } else {
            line += '<';
            line += std::to_string(field.value.size());
            line += " bytes>";
        }
    }
    const std::lock_guard lock(m_mutex);
    m_sink(level, line);
}

} // namespace gatehouse
