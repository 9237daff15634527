// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"
#include "ui/pages/usage/usagepresenter.h"

namespace gatehouse::ui {

class Breakdown;
class RecordModel;
class TableView;
class Tile;

/// Who spends what, at a glance: five figures, tokens per microservice over time, the same as a table.
class OverviewPage : public Page
{
    Q_OBJECT
public:
    OverviewPage(Theme& theme, UsagePresenter& presenter);

protected:
    void describeEmpty(QString& title, QString& text) const override;

private:
    void showState();
    void showTiles(const usage::Report& report);

    Theme& m_theme;
    UsagePresenter& m_presenter;
    Tile* m_tokens;
    Tile* m_requests;
    Tile* m_errors;
    Tile* m_latency;
    Tile* m_throttled;
    Breakdown* m_breakdown;
    RecordModel* m_model;
    TableView* m_table;
};

} // namespace gatehouse::ui
