// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/recordmodel.h"
#include "ui/pages/directory/directorypresenter.h"

#include <functional>

namespace gatehouse::ui {

struct Tokens;

/// The service directory as a table whose texts can be edited. It decides nothing: what was typed goes to the
/// function it was given, and a refusal is told by refused().
class DirectoryModel : public RecordModel
{
    Q_OBJECT
public:
    enum Column { Service, State, Application, Feature, Environment, Owner, CostCentre, Sensitivity };
    using Edit = std::function<Status(const std::string& service, std::size_t field, const QString& typed)>;

    explicit DirectoryModel(Edit edit, QObject* parent = nullptr);

    void show(const DirectoryState& state, const Tokens& tokens);
    /// The service of a record's key.
    [[nodiscard]] static std::string serviceOf(const QString& key);
    [[nodiscard]] static QString keyOf(const std::string& service);
    /// Of gateway::DirectoryFields; empty for a column that nobody edits.
    [[nodiscard]] static std::optional<std::size_t> fieldOf(int column);

    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void refused(const gatehouse::Error& error);

private:
    Edit m_edit;
    QString m_whyNoEditing;
};

} // namespace gatehouse::ui
