// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QStringView>
#include <QtGui/QFont>

#include <array>
#include <set>

namespace gatehouse::ui {

/// Has the faces that a text needs loaded before it is laid out. The first character of a script that the
/// chosen face lacks makes Qt ask for and open every other installed face, and a text of many scripts pays
/// that for each of them: here it is paid piece by piece, outside of layout and painting. Main thread.
class AnswerFaces
{
public:
    /// Forgets what it knows when the fonts are others.
    void setFonts(const QFont& body, const QFont& mono);
    /// Whether text can be laid out cheaply. Else some of what it needs has been loaded, and it is to be
    /// asked again, in another turn of the event loop.
    [[nodiscard]] bool ready(QStringView text);

private:
    enum Face { Body, Bold, Italic, Mono, Count };

    void load(Face face, QStringView text, quint32 key);

    std::array<QFont, Count> m_fonts;
    std::array<std::set<quint32>, Count> m_loaded; ///< scripts, and which 256 characters of them
};

} // namespace gatehouse::ui
