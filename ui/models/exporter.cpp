// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/exporter.h"

#include "core/base/json.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QSet>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

struct Block
{
    QList<int> rows;
    QList<int> columns;
};

Block blockOf(const QAbstractItemModel& model, const QModelIndexList& indexes)
{
    Block block;
    if (indexes.isEmpty()) {
        for (int row = 0; row < model.rowCount(); ++row)
            block.rows.append(row);
        for (int column = 0; column < model.columnCount(); ++column)
            block.columns.append(column);
        return block;
    }
    QSet<int> rows;
    QSet<int> columns;
    for (const QModelIndex& index : indexes) {
        rows.insert(index.row());
        columns.insert(index.column());
    }
    block.rows = rows.values();
    block.columns = columns.values();
    std::sort(block.rows.begin(), block.rows.end());
    std::sort(block.columns.begin(), block.columns.end());
    return block;
}

QString headerName(const QAbstractItemModel& model, int column)
{
    return model.headerData(column, Qt::Horizontal, RecordModel::NameRole).toString();
}

bool isUnknown(const QVariant& raw)
{
    return !raw.isValid() || (raw.typeId() == QMetaType::Double && !std::isfinite(raw.toDouble()));
}

/// A number with a point, as every reader of files expects, whatever the locale.
QString numberText(const QVariant& raw)
{
    return raw.typeId() == QMetaType::LongLong ? QString::number(raw.toLongLong())
                                               : QString::number(raw.toDouble(), 'g', 15);
}

QString csvField(const QVariant& raw)
{
    if (isUnknown(raw))
        return {};
    if (raw.typeId() != QMetaType::QString)
        return numberText(raw);
    QString text = withoutFormula(raw.toString());
    const bool quote = std::any_of(text.cbegin(), text.cend(), [](QChar c) {
        return c == u',' || c == u';' || c == u'"' || c == u'\n' || c == u'\r' || c == u'\t' || c == u'\'';
    });
    if (!quote)
        return text;
    text.replace(u'"', u"\"\""_s);
    return u'"' + text + u'"';
}

QString asCsv(const QAbstractItemModel& model, const Block& block)
{
    QStringList lines;
    const auto line = [&](const auto& field) {
        QStringList fields;
        for (const int column : block.columns)
            fields.append(field(column));
        lines.append(fields.join(u','));
    };
    line([&](int column) { return csvField(headerName(model, column)); });
    for (const int row : block.rows)
        line([&](int column) { return csvField(model.index(row, column).data(RecordModel::RawRole)); });
    return lines.join(u"\r\n"_s) + u"\r\n"_s;
}

QString asJson(const QAbstractItemModel& model, const Block& block)
{
    Json rows = Json::array();
    for (const int row : block.rows) {
        Json object = Json::object();
        for (const int column : block.columns) {
            const QVariant raw = model.index(row, column).data(RecordModel::RawRole);
            Json& value = object[headerName(model, column).toStdString()];
            if (isUnknown(raw))
                value = nullptr;
            else if (raw.typeId() == QMetaType::LongLong)
                value = raw.toLongLong();
            else if (raw.typeId() == QMetaType::QString)
                value = raw.toString().toStdString();
            else
                value = raw.toDouble();
        }
        rows.push_back(std::move(object));
    }
    return QString::fromStdString(dumpJson(rows, 2)) + u'\n';
}

QString asMarkdown(const QAbstractItemModel& model, const Block& block)
{
    const auto escaped = [](QString text) {
        return text.replace(u'\\', u"\\\\"_s)
            .replace(u'|', u"\\|"_s)
            .replace(u'\n', u' ')
            .replace(u'\r', u' ');
    };
    QString text;
    QString rule;
    for (const int column : block.columns) {
        text +=
            u"| "_s + escaped(model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()) + u' ';
        rule += model.headerData(column, Qt::Horizontal, RecordModel::NumberRole).toBool() ? u"|---:"_s
                                                                                           : u"|---"_s;
    }
    text += u"|\n"_s + rule + u"|\n"_s;
    for (const int row : block.rows) {
        for (const int column : block.columns)
            text += u"| "_s + escaped(model.index(row, column).data(Qt::DisplayRole).toString()) + u' ';
        text += u"|\n"_s;
    }
    return text;
}

} // namespace

QString withoutFormula(const QString& text)
{
    static const QString starters = u"=+-@\t\r\n＝＋－＠"_s;
    return !text.isEmpty() && starters.contains(text.front()) ? u'\'' + text : text;
}

QString exportText(const QAbstractItemModel& model, TextFormat format, const QModelIndexList& indexes)
{
    const Block block = blockOf(model, indexes);
    switch (format) {
    case TextFormat::Csv:
        return asCsv(model, block);
    case TextFormat::Json:
        return asJson(model, block);
    case TextFormat::Markdown:
        return asMarkdown(model, block);
    }
    return {};
}

namespace {

/// To the hundredth where there is a fraction.
QString sumText(double value)
{
    if (std::fabs(value) < 100 || std::fabs(value) >= 9e13)
        return formatAmount(value);
    if (value == std::floor(value))
        return formatExact(std::llround(value));
    const long long hundredths = std::llround(value * 100);
    return formatExact(hundredths / 100) + QLocale().decimalPoint() +
           QString::number(std::abs(hundredths % 100)).rightJustified(2, u'0');
}

} // namespace

QString selectionSummary(const QModelIndexList& indexes)
{
    double sum = 0;
    int count = 0;
    std::set<int> columns;
    for (const QModelIndex& index : indexes) {
        const QVariant raw = index.data(RecordModel::RawRole);
        if (isUnknown(raw) || raw.typeId() == QMetaType::QString)
            continue;
        sum += raw.toDouble();
        ++count;
        columns.insert(index.column());
    }
    if (count < 2 || columns.size() > 1)
        return {};
    return QCoreApplication::translate("Table", "Sum %1 · average %2 · %3 cells")
        .arg(sumText(sum), sumText(sum / count))
        .arg(count);
}

} // namespace gatehouse::ui
