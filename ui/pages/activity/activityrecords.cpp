// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/activityrecords.h"

#include "ui/models/format.h"
#include "ui/pages/changes/changewords.h"

#include <QtCore/QCoreApplication>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

std::vector<ColumnSpec> activityColumns()
{
    const auto text = [](const char* words) { return QCoreApplication::translate("Activity", words); };
    return {
        {text("What"), u"title"_s, false, 230, {}},
        {text("When"), u"at"_s, false, 130, {}},
        {text("Who"), u"name"_s, false, 120, {}},
        {text("Ticket"), u"ticket"_s, false, 90, {}},
        {text("Result"), u"result"_s, false, 120, {}},
        {text("Service"), u"scope"_s, false, 110, text("What was changed belongs to it")},
        {text("Entry"), u"number"_s, true, 60, text("Its number in the journal")},
    };
}

std::vector<Record> activityRecords(const std::vector<jobs::JournalEntry>& entries, const Tokens& tokens)
{
    std::vector<Record> records;
    for (const jobs::JournalEntry& entry : entries) {
        const auto plain = [](const std::string& value) {
            const QString shown = fromText(value);
            return Cell{shown, shown, {}, {}};
        };
        const StateLook look = lookOf(entry.result, tokens);
        const QString scope = fromText(entry.scope);
        Record record;
        record.key = QString::number(entry.number);
        record.cells.push_back(plain(entry.title));
        record.cells.push_back({fromText(formatDateTime(entry.at)), formatMoment(entry.at, true), {}, {}});
        record.cells.push_back(plain(entry.name));
        record.cells.back().exact = fromText(entry.objectId);
        record.cells.push_back(plain(entry.ticket));
        record.cells.push_back({look.word, look.text(), fromText(entry.message), look.color});
        record.cells.push_back({scope, scope.section(u'/', -1), scope, {}});
        record.cells.push_back({QVariant::fromValue(static_cast<qint64>(entry.number)), record.key, {}, {}});
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace gatehouse::ui
