// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <QtWidgets/QPushButton>

#include <vector>

namespace gatehouse::ui {

class Theme;
class ViewContext;

struct RangePreset
{
    QString label;
    Ticks length;
};
/// 15 min, 1 h, 6 h, 24 h, 7 d, 30 d.
[[nodiscard]] std::vector<RangePreset> rangePresets();

/// The global time range: presets, a custom span, back from a zoom.
class RangePicker : public QPushButton
{
    Q_OBJECT
public:
    RangePicker(const Theme& theme, ViewContext& context);
    /// The dialog for a span of one's own.
    void chooseCustom();

private:
    void updateText();

    const Theme& m_theme;
    ViewContext& m_context;
};

} // namespace gatehouse::ui
