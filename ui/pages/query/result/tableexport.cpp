// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/result/tableexport.h"

#include "core/base/files.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds Tick{100};
constexpr std::size_t RowsBetweenLooks = 1024;

Status writeTable(const GridView::Cut& cut, TableFormat format, const std::string& path,
                  std::atomic<std::size_t>& written, const std::stop_token& stop)
{
    TableWriter writer(*cut.table, format, cut.columns);
    // The mark tells spreadsheets that the text is UTF-8.
    std::string text = format == TableFormat::Csv ? "\xEF\xBB\xBF" : "";
    writer.begin(text);
    for (std::size_t i = 0; i < cut.rows.size(); ++i) {
        if (i % RowsBetweenLooks == 0) {
            if (stop.stop_requested())
                return fail(Error::Kind::Cancelled, "The export was stopped. Nothing was written.");
            written = i;
        }
        writer.row(text, cut.rows[i]);
    }
    writer.end(text);
    written = cut.rows.size();
    return atomicWrite(path, text, 0644);
}

} // namespace

TableFormat formatOfFile(const QString& path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == u"tsv")
        return TableFormat::Tsv;
    if (suffix == u"json")
        return TableFormat::JsonText;
    if (suffix == u"md")
        return TableFormat::Markdown;
    return suffix == u"kql" ? TableFormat::Datatable : TableFormat::Csv;
}

TableExport::TableExport(QObject* parent)
    : QObject(parent)
{
    m_tick.setInterval(Tick);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        Q_EMIT progressed(m_rows == 0 ? 1.0
                                      : static_cast<double>(m_written->load()) / static_cast<double>(m_rows));
    });
}

TableExport::~TableExport()
{
    m_stop.request_stop();
}

void TableExport::start(GridView::Cut cut, TableFormat format, const QString& path)
{
    if (m_running)
        return;
    m_running = true;
    m_stop = std::stop_source();
    m_written = std::make_shared<std::atomic<std::size_t>>(0);
    m_rows = cut.rows.size();
    m_tick.start();
    Q_EMIT progressed(0);
    QtConcurrent::run([cut = std::move(cut), format, written = m_written, stop = m_stop.get_token(),
                       file = QDir::toNativeSeparators(path).toStdString()] {
        return writeTable(cut, format, file, *written, stop);
    }).then(this, [this, path](const Status& done) {
        m_running = false;
        m_tick.stop();
        if (done)
            Q_EMIT finished(static_cast<int>(m_rows), path);
        else
            Q_EMIT failed(done.error());
    });
}

} // namespace gatehouse::ui
