// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/pages/query/result/gridview.h"

#include <QtCore/QTimer>

#include <atomic>
#include <memory>
#include <stop_token>

namespace gatehouse::ui {

/// Writes rows into a file in another thread: tells how far it is and can be stopped; the file is there whole
/// or not at all. One at a time. Main thread.
class TableExport : public QObject
{
    Q_OBJECT
public:
    explicit TableExport(QObject* parent = nullptr);
    ~TableExport() override;

    void start(GridView::Cut cut, TableFormat format, const QString& path);
    void cancel() { m_stop.request_stop(); }
    [[nodiscard]] bool running() const { return m_running; }

Q_SIGNALS:
    void progressed(double share);
    void finished(int rows, const QString& path);
    /// Cancelled where it was stopped; nothing was written.
    void failed(const gatehouse::Error& error);

private:
    bool m_running = false;
    std::stop_source m_stop;
    std::shared_ptr<std::atomic<std::size_t>> m_written;
    std::size_t m_rows = 0;
    QTimer m_tick;
};

/// By the end of the name: csv, tsv, json, md, kql; CSV for any other.
[[nodiscard]] TableFormat formatOfFile(const QString& path);

} // namespace gatehouse::ui
