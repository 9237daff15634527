// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/capacitypanel.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

std::vector<ColumnSpec> capacityColumns()
{
    using P = CapacityPanel;
    return {
        {P::tr("Region"), u"region"_s, false, 100, {}},
        {P::tr("Deployment"), u"deployment"_s, false, 104, {}},
        {P::tr("Capacity"), u"capacity"_s, true, 76,
         P::tr("Tokens a minute that the deployment holds; PTUs where it is provisioned")},
        {P::tr("Of region"), u"region_used"_s, true, 76,
         P::tr("Share of the region's quota for this model that is given to deployments")},
        {P::tr("Left"), u"region_left"_s, true, 62, P::tr("What the region's quota has left for this model")},
    };
}

QString amount(double thousands, bool provisioned)
{
    return provisioned ? CapacityPanel::tr("%1 PTU").arg(std::llround(thousands))
                       : formatTick(thousands * 1'000);
}

Record recordOf(const jobs::DeploymentCapacity& one, const jobs::QuotaCapacity& capacity,
                const Tokens& tokens)
{
    const auto text = [](const std::string& value, const QString& more) {
        return Cell{fromText(value), fromText(value), more, {}};
    };
    const QString unknown = CapacityPanel::tr("Azure did not say.");
    Record record;
    record.key = fromText(one.account + "/" + one.name);
    record.cells.push_back(text(one.region, fromText(one.account)));
    record.cells.push_back(text(one.name, fromText(one.model + " · " + one.sku)));
    record.cells.push_back(one.capacity ? Cell{QVariant::fromValue(static_cast<qint64>(*one.capacity)),
                                               amount(static_cast<double>(*one.capacity), one.provisioned),
                                               {},
                                               {}}
                                        : Cell{{}, unknownText(), unknown, {}});
    const auto quota =
        std::find_if(capacity.quotas.begin(), capacity.quotas.end(), [&](const jobs::RegionQuota& each) {
            return each.region == one.region && each.usageName == one.usageName;
        });
    if (quota == capacity.quotas.end() || quota->limit <= 0) {
        record.cells.push_back({{}, unknownText(), unknown, {}});
        record.cells.push_back({{}, unknownText(), unknown, {}});
        return record;
    }
    const double share = quota->used / quota->limit;
    const QString exact = CapacityPanel::tr("%1 of %2 · %3")
                              .arg(amount(quota->used, one.provisioned),
                                   amount(quota->limit, one.provisioned), fromText(quota->title));
    record.cells.push_back({share, formatShare(share), exact, share >= 0.95 ? tokens.warn : QColor()});
    record.cells.push_back({quota->left(), amount(quota->left(), one.provisioned), exact, {}});
    return record;
}

} // namespace

CapacityPanel::CapacityPanel(const Theme& theme)
    : m_theme(theme)
    , m_caption(new ElidedLabel)
    , m_model(new RecordModel(capacityColumns(), this))
    , m_table(new TableView(theme, *m_model, u"capacityTable"_s, tr("Deployments and their capacity")))
{
    setProperty("panel", true);
    nameWidget(this, u"capacityPanel"_s, tr("Capacity"));
    m_caption->setObjectName(u"capacityCaption"_s);
    m_caption->setProperty("role", u"caption"_s);
    m_table->setEmptyText(tr("No deployments were found"));
    auto* const heading = new QHBoxLayout;
    heading->setContentsMargins(metric::Space3, metric::Space2, metric::Space3, 0);
    heading->setSpacing(metric::Space3);
    heading->addWidget(makeLabel(u"capacityTitle"_s, "strong", tr("Capacity")));
    heading->addWidget(m_caption, 1);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(metric::Space1);
    column->addLayout(heading);
    column->addWidget(m_table, 1);
}

void CapacityPanel::show(const jobs::QuotaCapacity& capacity)
{
    m_caption->setFullText(capacity.unknown.empty() ? tr("tokens a minute of each deployment")
                                                    : tr("▲ %1").arg(fromText(capacity.unknown)));
    std::vector<Record> records;
    for (const jobs::DeploymentCapacity& one : capacity.deployments)
        records.push_back(recordOf(one, capacity, m_theme.tokens()));
    m_model->setRecords(std::move(records));
}

} // namespace gatehouse::ui
