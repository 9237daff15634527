// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>

#include <array>

/// The colours of the window's light theme, which paper has as well. A test holds them to ui/theme.
namespace gatehouse::report::palette {

inline constexpr std::array<QRgb, 10> Series{
    0xFF3B7DD8, 0xFFE08A2B, 0xFF3FA37C, 0xFFC65D7B, 0xFF8A6FD1,
    0xFFB59A2E, 0xFF4AA8C0, 0xFF9C6B4E, 0xFF6F8A3A, 0xFFD06FB8,
};
inline constexpr QRgb Panel = 0xFFF6F7F9;
inline constexpr QRgb Line = 0xFFE3E7EC;
inline constexpr QRgb LineStrong = 0xFFC9D0D9;
inline constexpr QRgb Text = 0xFF14181D;
inline constexpr QRgb Muted = 0xFF5A6572;
inline constexpr QRgb Warn = 0xFFB7791F;
inline constexpr QRgb Unknown = 0xFF6B7885;

} // namespace gatehouse::report::palette
