// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/querystore.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>
#include <vector>

namespace gatehouse::ui {

/// A query that ships with Gatehouse: an operator's question.
struct ShippedQuery
{
    std::string id; ///< "top-spenders"
    std::string name;
    std::string text;  ///< a sentence
    std::string needs; ///< the telemetry that it stands on
    std::string kql;
};

/// Those of resources/kql/saved; the first one is the example.
[[nodiscard]] const std::vector<ShippedQuery>& shippedQueries();
/// The shipped query with this text, white space at the ends aside; null for none.
[[nodiscard]] const ShippedQuery* shippedQueryOf(std::string_view kql);

/// What the query page remembers: read when it is first needed, written a moment after a change and off the
/// main thread. Main thread.
class QueryNotebook : public QObject
{
    Q_OBJECT
public:
    explicit QueryNotebook(settings::QueryStore store, QObject* parent = nullptr);
    ~QueryNotebook() override;

    [[nodiscard]] const settings::QueryMemory& memory();
    /// Changes what is remembered. quietly: nobody has to show anything new.
    void change(const std::function<void(settings::QueryMemory&)>& edit, bool quietly = false);
    [[nodiscard]] Status save(const settings::SavedQuery& query);
    /// Writes what is due now and waits for it (on quit).
    void flush();

Q_SIGNALS:
    /// History or saved queries.
    void changed();
    /// It could not be written.
    void failed(const gatehouse::Error& error);

private:
    void write();

    settings::QueryStore m_store;
    settings::QueryMemory m_memory;
    bool m_loaded = false;
    bool m_due = false;
    QTimer m_timer;
    QFuture<Status> m_writing;
};

} // namespace gatehouse::ui
