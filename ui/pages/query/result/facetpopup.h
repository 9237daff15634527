// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/rows.h"

#include <QtWidgets/QFrame>

#include <memory>

class QLabel;
class QLineEdit;

namespace gatehouse::ui {

class GridView;
class Ranking;
class Segments;
class Theme;

/// A column's filter: what is typed, and its most frequent values with their counts. Choosing a value keeps
/// only its rows, or takes them out. Return applies, Escape closes.
class FacetPopup : public QFrame
{
    Q_OBJECT
public:
    static constexpr std::size_t MostValues = 50;

    FacetPopup(const Theme& theme, GridView& grid);

    void openFor(std::size_t column);
    [[nodiscard]] Ranking& values() { return *m_values; }
    [[nodiscard]] QLineEdit& field() { return *m_field; }

private:
    void takeFacets(std::size_t column, const std::shared_ptr<const Facets>& facets);
    void apply(const QString& typed);
    void place();

    const Theme& m_theme;
    GridView& m_grid;
    std::size_t m_column = 0;
    QLabel* m_title;
    QLineEdit* m_field;
    QLabel* m_hint;
    Segments* m_mode;
    Ranking* m_values;
};

} // namespace gatehouse::ui
