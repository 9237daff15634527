// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/textdiff.h"

#include <QtWidgets/QPlainTextEdit>

#include <optional>
#include <vector>

namespace gatehouse::ui {

class Theme;

/// Two versions of a resource as one text: what goes is marked "-", what comes "+", and long unchanged
/// stretches are folded. For reading and copying only. Bounded in lines and in their length, so that no
/// document can hold the window up.
class DiffView : public QPlainTextEdit
{
    Q_OBJECT
public:
    DiffView(const Theme& theme, const QString& objectName, const QString& accessibleName);

    /// A version that is empty is not there. The same two again leave selection and scroll position alone.
    void setVersions(const std::optional<Json>& before, const std::optional<Json>& after);
    /// "+3 -1", "no difference".
    [[nodiscard]] QString summary() const { return m_summary; }

private:
    void render();

    const Theme& m_theme;
    bool m_shown = false;
    std::optional<Json> m_before;
    std::optional<Json> m_after;
    std::vector<DiffLine> m_lines;
    QString m_summary;
};

} // namespace gatehouse::ui
