// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/runningpanel.h"

#include "core/usage/money/shown.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

RunningPanel::RunningPanel(const Theme& theme)
    : m_model(new RecordModel(
          {{tr("Infrastructure"), u"name"_s, false, 140, {}},
           {tr("In the period"), u"spent"_s, true, 100, tr("Its part of the monthly amount")}},
          this))
    , m_table(new TableView(theme, *m_model, u"costRunningTable"_s, tr("Running costs")))
    , m_sum(makeLabel(u"costRunningSum"_s, "caption"))
{
    setProperty("panel", true);
    nameWidget(this, u"costRunning"_s, tr("Running costs, not in the total"));
    auto* const edit = new QPushButton(tr("Edit…"));
    edit->setProperty("kind", u"link"_s);
    nameWidget(edit, u"costRunningEdit"_s, tr("Edit the running costs"));
    m_table->setEmptyText(tr("No lines yet"));
    auto* const foot = new QHBoxLayout;
    foot->setContentsMargins(metric::Space3, metric::Space1, metric::Space3, metric::Space1);
    foot->addWidget(m_sum, 1);
    foot->addWidget(edit);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addWidget(m_table, 1);
    column->addLayout(foot);
    connect(edit, &QPushButton::clicked, this, &RunningPanel::editRequested);
}

void RunningPanel::setView(const jobs::CostView& view)
{
    std::vector<cost::Int128> parts;
    cost::Int128 whole = 0;
    for (const jobs::RunningLine& line : view.running) {
        parts.push_back(line.pico);
        whole += line.pico;
    }
    const std::vector<cost::Int128> shown = cost::shownParts(parts, view.digits);
    std::vector<Record> records;
    for (std::size_t i = 0; i < view.running.size(); ++i) {
        const QString name = QString::fromStdString(view.running[i].cost.name);
        records.push_back(
            {QString::number(i) + u' ' + name,
             {},
             {{name, name, name + u' ', {}},
              {moneyValue(shown[i], view.digits), formatMoney(shown[i], view.digits), {}, {}}}});
    }
    m_model->setRecords(std::move(records));
    m_sum->setText(view.running.empty() ? tr("Beside the total")
                                        : tr("%1, not in the total")
                                              .arg(formatMoney(cost::shownWhole(whole, view.digits),
                                                               view.digits, view.grouping.currency)));
}

} // namespace gatehouse::ui
