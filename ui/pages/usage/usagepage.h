// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/exporter.h"
#include "ui/pages/breakdown.h"
#include "ui/pages/page.h"
#include "ui/pages/usage/usagepresenter.h"

class QLineEdit;

namespace gatehouse::ui {

class Segments;
class TableView;

/// Usage split by service, model or backend: over time and as a table that sorts, filters, copies and
/// exports.
class UsagePage : public Page
{
    Q_OBJECT
public:
    UsagePage(Theme& theme, UsagePresenter& presenter);

    [[nodiscard]] QWidget* filterField() override;
    /// Writes what the table shows as CSV; answers what the window says about it.
    [[nodiscard]] QString exportTo(const QString& path);

protected:
    void describeEmpty(QString& title, QString& text) const override;

private:
    void buildTools();
    void showState();
    void askExportPath();
    void copyAs(TextFormat format, const QString& said);
    [[nodiscard]] Measure measure() const;

    Theme& m_theme;
    UsagePresenter& m_presenter;
    Segments* m_dimension;
    Segments* m_measure;
    QLineEdit* m_filter;
    QWidget* m_tools;
    Breakdown* m_breakdown;
    RecordModel* m_model;
    TableView* m_table;
};

} // namespace gatehouse::ui
