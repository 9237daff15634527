// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QFont>

namespace gatehouse::ui {

/// The face of the whole window at 10 pt: the desktop's own when its digits are all of one width (columns of
/// numbers must line up, and Qt 6.4 cannot ask a font for its tabular figures), else the first of the known
/// faces that is installed. The state shapes ● ◐ ○ ▲ come from DejaVu Sans where the face has none.
[[nodiscard]] QFont interfaceFont();

/// The desktop's face of fixed width at 10 pt, for code.
[[nodiscard]] QFont codeFont();

/// Whether all ten digits have the same width.
[[nodiscard]] bool hasTabularDigits(const QFont& font);

/// The characters of text that no installed font can draw, each once.
[[nodiscard]] QString missingGlyphs(const QFont& font, const QString& text);

} // namespace gatehouse::ui
