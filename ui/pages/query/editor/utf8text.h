// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <string_view>
#include <vector>

namespace gatehouse::ui {

/// An editor's text as UTF-8, for those who count bytes, and the way between both counts.
class Utf8Text
{
public:
    explicit Utf8Text(const QString& text)
        : m_bytes(text.toUtf8())
        , m_ascii(m_bytes.size() == text.size())
    {
        if (m_ascii)
            return;
        m_units.reserve(static_cast<std::size_t>(m_bytes.size()) + 1);
        std::size_t unit = 0;
        for (const char c : m_bytes) {
            const auto byte = static_cast<unsigned char>(c);
            m_units.push_back(unit);
            // The last byte of a sequence takes the place; what needs four bytes is two UTF-16 units.
            if (byte < 0x80 || (byte & 0xC0U) == 0xC0U)
                unit += byte >= 0xF0 ? 2 : 1;
        }
        m_units.push_back(unit);
    }

    [[nodiscard]] std::string_view view() const
    {
        return {m_bytes.constData(), static_cast<std::size_t>(m_bytes.size())};
    }
    /// From bytes to UTF-16 units; past the end is the end.
    [[nodiscard]] int unitAt(std::size_t byte) const
    {
        const auto size = static_cast<std::size_t>(m_bytes.size());
        byte = byte < size ? byte : size;
        return static_cast<int>(m_ascii ? byte : m_units[startOf(byte)]);
    }
    [[nodiscard]] std::size_t byteAt(int unit) const
    {
        const auto wanted = static_cast<std::size_t>(unit < 0 ? 0 : unit);
        if (m_ascii)
            return wanted < static_cast<std::size_t>(m_bytes.size())
                       ? wanted
                       : static_cast<std::size_t>(m_bytes.size());
        std::size_t byte = 0;
        while (byte + 1 < m_units.size() && (m_units[byte] < wanted || startOf(byte) != byte))
            ++byte;
        return byte;
    }

private:
    /// The first byte of the sequence that this one belongs to.
    [[nodiscard]] std::size_t startOf(std::size_t byte) const
    {
        while (byte > 0 && byte < static_cast<std::size_t>(m_bytes.size()) &&
               (static_cast<unsigned char>(m_bytes[static_cast<qsizetype>(byte)]) & 0xC0U) == 0x80U)
            --byte;
        return byte;
    }

    QByteArray m_bytes;
    bool m_ascii;
    std::vector<std::size_t> m_units; ///< one a byte; empty for plain ASCII
};

} // namespace gatehouse::ui
