// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::http {

/// The bytes of an answer, never changed once they are here. Copies share them: an answer of 100 MB passes
/// through every layer and every future on the main thread, each of which keeps a copy, and is copied by
/// none. Any thread.
class Body
{
public:
    Body() = default;
    Body(std::string bytes); // NOLINT(google-explicit-constructor): a text is a body
    Body(const char* bytes); // NOLINT(google-explicit-constructor)
    /// In the order of their arrival. They are joined when text() is asked for the first time.
    explicit Body(std::vector<std::string> pieces);

    /// The whole of it. Megabytes are for a pool thread.
    [[nodiscard]] const std::string& text() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] bool sharesBytesWith(const Body& other) const { return m_bytes == other.m_bytes; }

private:
    struct Bytes;
    std::shared_ptr<Bytes> m_bytes;
};

} // namespace gatehouse::http
