// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costcalls.h"

namespace gatehouse::ui {

cost::RowKind kindOf(const jobs::BookedCall& call)
{
    if (call.row.feature == cost::TestFeature)
        return cost::RowKind::TestTraffic;
    if (call.standing == cost::Standing::UnknownUsage)
        return cost::RowKind::UnknownUsage;
    if (call.standing == cost::Standing::Unpriced)
        return cost::RowKind::Unpriced;
    return call.afterClose ? cost::RowKind::AfterClose : cost::RowKind::Value;
}

CostCalls::CostCalls(QObject* parent)
    : QObject(parent)
{}

CostCalls::~CostCalls()
{
    m_stop.request_stop();
}

void CostCalls::load(jobs::CostService* service, jobs::CostQuestion question, const cost::CostRow* row)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    const quint64 generation = ++m_generation;
    m_state = {};
    if (service == nullptr) {
        m_state.error =
            fail(Error::Kind::Unavailable, tr("This profile has no ledger of costs.").toStdString(),
                 tr("Sign in, or choose a profile with a workspace.").toStdString())
                .value();
        Q_EMIT changed();
        return;
    }
    std::optional<cost::RowKind> wanted;
    if (row != nullptr) {
        question.filters.push_back({question.by, row->key, row->kind});
        wanted = row->kind == cost::RowKind::Unattributed ? cost::RowKind::Value : row->kind;
    }
    m_state.loading = true;
    Q_EMIT changed();
    service->calls(std::move(question), Most + 1, m_stop.get_token())
        .then(this, [this, generation, wanted](Result<std::vector<jobs::BookedCall>> answer) {
            if (generation != m_generation)
                return;
            m_state.loading = false;
            if (!answer) {
                m_state.error = answer.error();
                return Q_EMIT changed();
            }
            m_state.cut = answer->size() > static_cast<std::size_t>(Most);
            if (m_state.cut)
                answer->resize(static_cast<std::size_t>(Most));
            // A filter by a value lets its unpriced calls pass too, which are in a row of their own.
            if (wanted)
                std::erase_if(*answer,
                              [wanted](const jobs::BookedCall& call) { return kindOf(call) != *wanted; });
            m_state.calls = std::make_shared<const std::vector<jobs::BookedCall>>(std::move(*answer));
            Q_EMIT changed();
        });
}

} // namespace gatehouse::ui
