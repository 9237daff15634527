// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/answertext.h"

#include <QtGui/QColor>
#include <QtGui/QFont>
#include <QtGui/QTextCursor>

#include <functional>

namespace gatehouse::ui {

/// Colours and faces of a rendered answer.
struct AnswerLook
{
    QColor text;
    QColor muted;
    QColor link;
    QColor warn;
    QColor code; ///< behind code
    QFont body;
    QFont mono;
};

/// Of a citation's link; what follows is its number.
inline constexpr QStringView CitationScheme = u"cite:";

/// Inserts a block at the cursor as rich text: nothing of it names a resource, links lead to http, https and
/// mailto alone and say where, pictures are their descriptions, and "[1]" outside of code is a link to the
/// citation 1.
void insertAnswerBlock(QTextCursor& at, const AnswerBlock& block, const AnswerLook& look);

/// Marks the citations that no retrieved passage stands behind. Once for a document.
void markUnproven(QTextDocument& document, const std::function<bool(int)>& proven, const AnswerLook& look);

} // namespace gatehouse::ui
