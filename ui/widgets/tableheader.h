// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QHeaderView>

namespace gatehouse::ui {

class Theme;

/// Column titles that stand exactly over their figures, with the direction of the sorting beside the title.
class TableHeader : public QHeaderView
{
    Q_OBJECT
public:
    TableHeader(const Theme& theme, QWidget* parent);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;

private:
    const Theme& m_theme;
};

} // namespace gatehouse::ui
