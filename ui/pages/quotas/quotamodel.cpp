// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/quotamodel.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"

namespace gatehouse::ui {

using gateway::LimitValue;
using namespace Qt::StringLiterals;

namespace {

std::vector<ColumnSpec> quotaColumns()
{
    using M = QuotaModel;
    return {
        {M::tr("Service"), u"service"_s, false, 140, M::tr("An APIM subscription; each counts for itself")},
        {M::tr("State"), u"state"_s, false, 102, M::tr("Of the draft, else of the subscription")},
        {M::tr("Tokens/min"), u"tokens_per_minute"_s, true, 92, M::tr("Limit; more is answered with 429")},
        {M::tr("Last minute"), u"tokens_last_minute"_s, false, 124,
         M::tr("Tokens in the last minute of the log")},
        {M::tr("Quota"), u"token_quota"_s, true, 90, M::tr("Tokens of a period; more is answered with 403")},
        {M::tr("Period"), u"token_quota_period"_s, false, 76, M::tr("Cut in UTC")},
        {M::tr("Used"), u"tokens_in_period"_s, false, 120, M::tr("Tokens in the period so far")},
        {M::tr("Runs out"), u"runs_out"_s, false, 106, M::tr("When the quota is used up at today's pace")},
        {M::tr("Calls/min"), u"calls_per_minute"_s, true, 76, M::tr("Limit; more is answered with 429")},
        {M::tr("Last minute"), u"calls_last_minute"_s, false, 102,
         M::tr("Calls in the last minute of the log")},
        {M::tr("Peak/min"), u"peak_tokens_per_minute"_s, true, 76,
         M::tr("Most tokens in a minute of the time range")},
        {M::tr("Raised until"), u"raised_until"_s, false, 108, M::tr("The gateway itself ends a raise")},
        {M::tr("Owner"), u"owner"_s, false, 86, {}},
        {M::tr("Ticket"), u"ticket"_s, false, 90, {}},
        {M::tr("Product"), u"product"_s, false, 92, {}},
    };
}

QString whyUnknown(const QuotasState& state)
{
    return state.board->logsUnknown.empty() ? QuotaModel::tr("Not known.")
                                            : fromText(state.board->logsUnknown);
}

/// A limit's cell: what everybody else's rule gives is shown faintly.
Cell limitCell(const std::optional<LimitValue>& value, bool inherited, const Tokens& tokens)
{
    if (!value)
        return {{}, QuotaModel::tr("no limit"), {}, tokens.faint};
    const auto number = value->number();
    Cell cell;
    cell.raw = number ? QVariant::fromValue(static_cast<qint64>(*number)) : QVariant(fromText(value->text));
    cell.text = number ? formatExact(*number) : QuotaModel::tr("computed");
    if (!number)
        cell.exact = QuotaModel::tr("The gateway works it out: %1").arg(fromText(value->text));
    if (inherited) {
        cell.exact = QuotaModel::tr("%1, from everybody else").arg(cell.text);
        cell.color = tokens.muted;
    }
    return cell;
}

std::optional<double> shareOf(const std::optional<std::int64_t>& used, const std::optional<LimitValue>& limit)
{
    const auto most = limit ? limit->number() : std::nullopt;
    if (!used || !most || *most <= 0)
        return std::nullopt;
    return static_cast<double>(*used) / static_cast<double>(*most);
}

/// "1.24 k · 12 %", "▲ 9.4 k · 104 %", "≥ 5 k"
Cell usedCell(const std::optional<std::int64_t>& used, std::optional<double> share, bool atLeast,
              const QString& whyNot, const Tokens& tokens)
{
    if (!used)
        return {{}, unknownText(), whyNot, tokens.faint};
    Cell cell;
    cell.raw = QVariant::fromValue(static_cast<qint64>(*used));
    cell.text = (atLeast ? u"≥ "_s : QString()) + formatTick(static_cast<double>(*used));
    cell.exact = formatExact(*used);
    if (share) {
        cell.text += u" · "_s + QString::number(std::llround(*share * 100)) + u" %"_s;
        if (*share >= 1) {
            cell.text.prepend(u"▲ "_s);
            cell.color = tokens.bad;
        }
    }
    if (atLeast)
        cell.exact +=
            QuotaModel::tr(" or more: some calls did not say what they used, or the log begins later");
    return cell;
}

Cell runsOutCell(const QuotaRowView& view, DateTime now, const Tokens& tokens)
{
    using State = gateway::Exhaustion::State;
    if (!view.limits.tokenQuota)
        return {{}, QString(), {}, {}};
    const QString reason = fromText(view.exhaustion.reason);
    const QString pace = view.exhaustion.tokensPerHour
                             ? QuotaModel::tr("Today's pace is %1 tokens an hour")
                                   .arg(formatAmount(*view.exhaustion.tokensPerHour))
                             : QString();
    switch (view.exhaustion.state) {
    case State::Unknown:
        return {{}, unknownText(), reason, tokens.faint};
    case State::Exhausted:
        return {0.0, QuotaModel::tr("▲ used up"), pace, tokens.bad};
    case State::InThisWindow: {
        const Ticks left = *view.exhaustion.at - now;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        return {static_cast<double>(seconds.count()), u"▲ "_s + formatSpan(seconds),
                QuotaModel::tr("In %1, on %2. %3")
                    .arg(formatSpan(seconds), formatMoment(*view.exhaustion.at), pace),
                tokens.warn};
    }
    case State::NotInThisWindow:
        return {1e18, QuotaModel::tr("● lasts"), QuotaModel::tr("Not before the reset. %1").arg(pace),
                tokens.good};
    }
    return {};
}

Cell serviceCell(const QuotaRowView& view)
{
    const jobs::QuotaBoardRow& row = view.row;
    const QString name = row.service.empty() ? QuotaModel::tr("Everybody else") : fromText(row.displayName);
    Cell cell{name, name, {}, {}};
    QStringList notes;
    if (row.service.empty())
        notes << QuotaModel::tr(
            "Every subscription without a rule of its own, each with a counter of its own. "
            "Figures are the most that one of them used.");
    else
        notes << fromText(row.service);
    if (!row.product.empty())
        notes << QuotaModel::tr("Product: %1").arg(fromText(row.product));
    if (!row.service.empty() && !row.subscribed)
        notes << QuotaModel::tr(
            "Only the sheet names it: the API Management service shows no such subscription.");
    cell.exact = notes.join(u'\n');
    return cell;
}

Cell stateCell(const QuotaRowView& view, const Tokens& tokens)
{
    const QString state = fromText(view.row.state);
    if (view.changedMeanwhile)
        return {
            u"changed"_s, QuotaModel::tr("▲ changed"),
            QuotaModel::tr("Somebody else changed this rule since the draft began. The review shows both."),
            tokens.warn};
    if (view.drafted)
        return {u"draft"_s, QuotaModel::tr("◐ draft"), QuotaModel::tr("Not yet applied."), tokens.accent};
    if (view.row.service.empty())
        return {{}, {}, {}, {}};
    if (!view.row.subscribed || state.isEmpty())
        return {{}, unknownText(), {}, tokens.faint};
    if (state == "active"_L1 && view.quota && view.quota->raise)
        return {u"raised"_s, QuotaModel::tr("● raised"),
                QuotaModel::tr("Until %1. Then: %2")
                    .arg(formatMoment(view.quota->raise->until), limitsText(view.quota->raise->before)),
                tokens.accent};
    if (state == "active"_L1)
        return {state, QuotaModel::tr("● active"), {}, tokens.good};
    return {state, u"▲ "_s + state, QuotaModel::tr("The subscription is %1.").arg(state), tokens.warn};
}

Record recordOf(const QuotaRowView& view, const QuotasState& state, const Tokens& tokens)
{
    const gateway::QuotaLimits& limits = view.limits;
    const jobs::QuotaUse& use = view.row.use;
    const QString why = whyUnknown(state);
    const auto text = [](const std::string& value) {
        const QString shown = fromText(value);
        return Cell{shown, shown, shown, {}};
    };
    const bool perMinute = limits.callsPeriod == LimitValue::of(60);
    Record record;
    record.key = u"service:"_s + fromText(view.row.service);
    auto& cells = record.cells;
    cells.push_back(serviceCell(view));
    cells.push_back(stateCell(view, tokens));
    cells.push_back(limitCell(limits.tokensPerMinute, view.inherited, tokens));
    cells.push_back(usedCell(use.tokensLastMinute, shareOf(use.tokensLastMinute, limits.tokensPerMinute),
                             false, why, tokens));
    if (use.peakTokensPerMinute)
        cells.back().exact += QuotaModel::tr("\nMost in a minute of the time range: %1")
                                  .arg(formatExact(*use.peakTokensPerMinute));
    cells.push_back(limitCell(limits.tokenQuota, view.inherited, tokens));
    Cell period = limits.tokenQuotaPeriod ? text(limits.tokenQuotaPeriod->text) : Cell{{}, {}, {}, {}};
    if (view.inherited)
        period.color = tokens.muted;
    cells.push_back(std::move(period));
    cells.push_back(limits.tokenQuota
                        ? usedCell(view.usedOfQuota, shareOf(view.usedOfQuota, limits.tokenQuota),
                                   use.atLeast, why, tokens)
                        : Cell{{}, {}, {}, {}});
    cells.push_back(runsOutCell(view, state.board->at, tokens));
    cells.push_back(limitCell(limits.calls, view.inherited, tokens));
    if (limits.calls && !perMinute)
        cells.back().text =
            QuotaModel::tr("%1 in %2 s").arg(cells.back().text, fromText(limits.callsPeriod.text));
    cells.push_back(usedCell(use.callsLastMinute,
                             perMinute ? shareOf(use.callsLastMinute, limits.calls) : std::nullopt, false,
                             why, tokens));
    cells.push_back(usedCell(use.peakTokensPerMinute, std::nullopt, false, why, tokens));
    const bool raised = view.quota && view.quota->raise;
    cells.push_back(raised ? Cell{fromText(formatDateTime(view.quota->raise->until)),
                                  formatMoment(view.quota->raise->until),
                                  QuotaModel::tr("Then: %1").arg(limitsText(view.quota->raise->before)),
                                  {}}
                           : Cell{{}, {}, {}, {}});
    cells.push_back(text(view.quota ? view.quota->owner : std::string()));
    cells.push_back(text(view.quota ? view.quota->ticket : std::string()));
    cells.push_back(text(view.row.product));
    return record;
}

} // namespace

QuotaModel::QuotaModel(Edit edit, QObject* parent)
    : RecordModel(quotaColumns(), parent)
    , m_edit(std::move(edit))
{}

void QuotaModel::show(const QuotasState& state, const Tokens& tokens)
{
    m_whyNoEditing = state.whyNoEditing;
    m_views.clear();
    std::vector<Record> records;
    for (const QuotaRowView& view : state.rows) {
        records.push_back(recordOf(view, state, tokens));
        m_views[records.back().key] = view;
    }
    setRecords(std::move(records));
}

std::string QuotaModel::serviceOf(const QString& key)
{
    return key.mid(key.indexOf(u':') + 1).toStdString();
}

std::optional<QuotaField> QuotaModel::fieldOf(int column)
{
    switch (column) {
    case TokensPerMinute:
        return QuotaField::TokensPerMinute;
    case TokenQuota:
        return QuotaField::TokenQuota;
    case Period:
        return QuotaField::Period;
    case Calls:
        return QuotaField::Calls;
    case Owner:
        return QuotaField::Owner;
    case Ticket:
        return QuotaField::Ticket;
    default:
        return std::nullopt;
    }
}

QVariant QuotaModel::data(const QModelIndex& index, int role) const
{
    if (role == Qt::ToolTipRole && index.isValid() && fieldOf(index.column()) && !m_whyNoEditing.isEmpty()) {
        const QString value = RecordModel::data(index, Qt::DisplayRole).toString();
        return plainToolTip(value.isEmpty() ? m_whyNoEditing : value + u'\n' + m_whyNoEditing);
    }
    if (role != Qt::EditRole && role != GaugeRole)
        return RecordModel::data(index, role);
    const auto view = m_views.find(RecordModel::data(index, KeyRole).toString());
    if (view == m_views.end())
        return {};
    if (role == Qt::EditRole) {
        const auto field = fieldOf(index.column());
        return field ? entryText(view->second.quota, *field) : QVariant();
    }
    const jobs::QuotaUse& use = view->second.row.use;
    const gateway::QuotaLimits& limits = view->second.limits;
    switch (index.column()) {
    case TokensNow:
        return QVariant::fromValue(QuotaGauge{shareOf(use.tokensLastMinute, limits.tokensPerMinute)});
    case QuotaUsed:
        return QVariant::fromValue(QuotaGauge{shareOf(view->second.usedOfQuota, limits.tokenQuota)});
    case CallsNow:
        return limits.callsPeriod == LimitValue::of(60)
                   ? QVariant::fromValue(QuotaGauge{shareOf(use.callsLastMinute, limits.calls)})
                   : QVariant();
    default:
        return {};
    }
}

Qt::ItemFlags QuotaModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = RecordModel::flags(index);
    return fieldOf(index.column()) && m_whyNoEditing.isEmpty() ? usual | Qt::ItemIsEditable : usual;
}

bool QuotaModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const auto field = fieldOf(index.column());
    if (role != Qt::EditRole || !field || !index.isValid())
        return false;
    const Status done =
        m_edit(serviceOf(RecordModel::data(index, KeyRole).toString()), *field, value.toString());
    if (!done)
        Q_EMIT refused(done.error());
    return done.has_value();
}

} // namespace gatehouse::ui
