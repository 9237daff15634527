// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>

#include <array>

namespace gatehouse::ui {

/// The colours of one theme. The two tables in tokens.cpp are the only place that names a colour.
struct Tokens
{
    bool dark = false;
    QColor window;
    QColor panel;
    QColor raised;
    QColor line;
    QColor lineStrong;
    QColor text;
    QColor muted;
    QColor faint;
    QColor accent;
    QColor accentSoft;
    QColor onAccent; ///< text on a filled accent
    QColor hover;    ///< behind the row or button under the pointer
    QColor good;
    QColor warn;
    QColor bad;
    QColor unknown;
    QColor codeOperator; ///< of KQL: operators and keywords
    QColor codeFunction;
    QColor codeTable;
    QColor codeText; ///< strings
    QColor codeNumber;
};

[[nodiscard]] const Tokens& lightTokens();
[[nodiscard]] const Tokens& darkTokens();

/// Colours of series, told apart by colour-blind eyes, the same in both themes. *Other* is Tokens::unknown.
inline constexpr std::array<QRgb, 10> SeriesPalette{
    0xFF3B7DD8, 0xFFE08A2B, 0xFF3FA37C, 0xFFC65D7B, 0xFF8A6FD1,
    0xFFB59A2E, 0xFF4AA8C0, 0xFF9C6B4E, 0xFF6F8A3A, 0xFFD06FB8,
};

/// Sizes in device-independent pixels, type in points.
namespace metric {
inline constexpr int Space1 = 4;
inline constexpr int Space2 = 8;
inline constexpr int Space3 = 12;
inline constexpr int Space4 = 16;
inline constexpr int Space6 = 24;
inline constexpr int Radius = 6;
inline constexpr int RowHeight = 28;
inline constexpr int ControlHeight = 30;
inline constexpr int HeaderHeight = 48;
inline constexpr int StatusHeight = 24;
inline constexpr int NavigationWidth = 176;
inline constexpr int NavigationIconWidth = 56;
inline constexpr int CollapseBelow = 1100; ///< window width under which the navigation shows icons only
inline constexpr double Body = 10;
inline constexpr double Caption = 9;
inline constexpr double Title = 15;
inline constexpr double Figure = 20;
inline constexpr double Display = 26; ///< the device code alone
} // namespace metric

} // namespace gatehouse::ui
