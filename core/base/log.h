// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>

namespace gatehouse {

/// A log that redacts by structure. A line is an event name written in our code and named fields; only fields
/// whose names are on the allowlist in log.cpp show their value, every other shows its length. So a field
/// that somebody adds in a hurry is hidden until somebody decides that it may be seen. Values are escaped: no
/// line break and no terminal escape ever gets through. Any thread may write.
class Log
{
public:
    enum class Level { Debug, Info, Warning, Error };

    struct Field
    {
        std::string_view name;
        std::string value;
    };

    /// Takes one finished line without its line end.
    using Sink = std::function<void(Level, const std::string& line)>;

    /// The clock must outlive the log. A log without a sink drops everything.
    explicit Log(const Clock& clock, Sink sink = {});

    void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

private:
    const Clock& m_clock;
    Sink m_sink;
    std::mutex m_mutex;
};

/// Whether a field of this name shows its value.
[[nodiscard]] bool isLoggableField(std::string_view name);

} // namespace gatehouse
