// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/directory/directorymodel.h"

#include "core/base/encoding.h"
#include "ui/models/format.h"
#include "ui/theme/tokens.h"

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

std::vector<ColumnSpec> directoryColumns()
{
    using M = DirectoryModel;
    return {
        {factName(0), u"subscription"_s, false, 170,
         M::tr("The id of an APIM subscription, as logs have it")},
        {M::tr("State"), u"state"_s, false, 118, M::tr("Of the draft, else of the directory")},
        {factName(1), u"application"_s, false, 136, {}},
        {factName(2), u"feature"_s, false, 116, {}},
        {factName(3), u"environment"_s, false, 104, {}},
        {factName(4), u"owner"_s, false, 120, {}},
        {factName(5), u"costCentre"_s, false, 100, {}},
        {factName(6), u"sensitivity"_s, false, 100, {}},
    };
}

Cell stateCell(const DirectoryRow& row, const Tokens& tokens)
{
    if (row.changedMeanwhile)
        return {u"changed"_s, DirectoryModel::tr("▲ changed"),
                DirectoryModel::tr("Somebody else changed the same text since the draft began. The review "
                                   "shows both."),
                tokens.warn};
    if (!row.drafted.empty())
        return {u"draft"_s, DirectoryModel::tr("◐ draft"), DirectoryModel::tr("Not yet saved."),
                tokens.accent};
    if (row.described)
        return {u"described"_s, DirectoryModel::tr("● described"), {}, tokens.good};
    return {u"not described"_s, DirectoryModel::tr("○ not described"),
            DirectoryModel::tr("The directory says nothing of this service yet."), tokens.muted};
}

Record recordOf(const DirectoryRow& row, const Tokens& tokens)
{
    Record record;
    record.key = DirectoryModel::keyOf(row.facts.subscription);
    const QString id = fromText(row.facts.subscription);
    record.cells.push_back({id, id, row.name, {}});
    record.cells.push_back(stateCell(row, tokens));
    for (std::size_t field = 1; field < gateway::DirectoryFields.size(); ++field) {
        const QString text = fromText(row.facts.*gateway::DirectoryFields[field].text);
        const bool drafted = row.drafted.contains(field);
        // A text that the draft takes away is marked too.
        Cell cell{text, drafted && text.isEmpty() ? DirectoryModel::tr("(cleared)") : text, text,
                  drafted ? tokens.accent : QColor()};
        record.cells.push_back(std::move(cell));
    }
    return record;
}

} // namespace

DirectoryModel::DirectoryModel(Edit edit, QObject* parent)
    : RecordModel(directoryColumns(), parent)
    , m_edit(std::move(edit))
{}

void DirectoryModel::show(const DirectoryState& state, const Tokens& tokens)
{
    m_whyNoEditing = state.whyNoEditing;
    std::vector<Record> records;
    for (const DirectoryRow& row : state.rows)
        records.push_back(recordOf(row, tokens));
    setRecords(std::move(records));
}

std::string DirectoryModel::serviceOf(const QString& key)
{
    return key.mid(key.indexOf(u':') + 1).toStdString();
}

QString DirectoryModel::keyOf(const std::string& service)
{
    return u"service:"_s + fromText(toLower(service));
}

std::optional<std::size_t> DirectoryModel::fieldOf(int column)
{
    return column < Application ? std::nullopt : std::optional(static_cast<std::size_t>(column - 1));
}

QVariant DirectoryModel::data(const QModelIndex& index, int role) const
{
    if (role == Qt::EditRole && index.isValid() && fieldOf(index.column()))
        return RecordModel::data(index, RawRole);
    if (role == Qt::ToolTipRole && index.isValid() && fieldOf(index.column()) && !m_whyNoEditing.isEmpty()) {
        const QString value = RecordModel::data(index, Qt::DisplayRole).toString();
        return plainToolTip(value.isEmpty() ? m_whyNoEditing : value + u'\n' + m_whyNoEditing);
    }
    return RecordModel::data(index, role);
}

Qt::ItemFlags DirectoryModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = RecordModel::flags(index);
    return index.isValid() && fieldOf(index.column()) && m_whyNoEditing.isEmpty() ? usual | Qt::ItemIsEditable
                                                                                  : usual;
}

bool DirectoryModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const auto field = fieldOf(index.column());
    if (role != Qt::EditRole || !field || !index.isValid())
        return false;
    const std::string service =
        RecordModel::data(index.siblingAtColumn(Service), RawRole).toString().toStdString();
    const Status done = m_edit(service, *field, value.toString());
    if (!done)
        Q_EMIT refused(done.error());
    return done.has_value();
}

} // namespace gatehouse::ui
