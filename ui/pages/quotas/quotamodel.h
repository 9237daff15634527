// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/recordmodel.h"
#include "ui/pages/quotas/quotaspresenter.h"

#include <functional>
#include <map>

namespace gatehouse::ui {

struct Tokens;

/// How full a limit is.
struct QuotaGauge
{
    std::optional<double> share; ///< used / limit; empty where either is not known
};

/// The sheet as a table whose limits can be edited. It decides nothing: what was typed goes to the function
/// it was given, and a refusal is told by refused().
class QuotaModel : public RecordModel
{
    Q_OBJECT
public:
    enum Column {
        Service,
        State,
        TokensPerMinute,
        TokensNow,
        TokenQuota,
        Period,
        QuotaUsed,
        RunsOut,
        Calls,
        CallsNow,
        Peak,
        Until,
        Owner,
        Ticket,
        Product
    };
    enum { GaugeRole = NameRole + 1 }; ///< QuotaGauge

    using Edit = std::function<Status(const std::string& service, QuotaField field, const QString& typed)>;

    explicit QuotaModel(Edit edit, QObject* parent = nullptr);

    void show(const QuotasState& state, const Tokens& tokens);
    /// The service of a record's key.
    [[nodiscard]] static std::string serviceOf(const QString& key);
    [[nodiscard]] static std::optional<QuotaField> fieldOf(int column);

    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void refused(const gatehouse::Error& error);

private:
    Edit m_edit;
    std::map<QString, QuotaRowView> m_views;
    QString m_whyNoEditing;
};

} // namespace gatehouse::ui

Q_DECLARE_METATYPE(gatehouse::ui::QuotaGauge)
