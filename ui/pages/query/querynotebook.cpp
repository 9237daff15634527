// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/querynotebook.h"

#include "resources/resources.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QFile>

#include <array>

namespace gatehouse::ui {

namespace {

constexpr std::chrono::milliseconds WriteAfter{1000};

/// Takes the next line of comment, without its slashes.
std::string takeComment(std::string_view& text)
{
    if (!text.starts_with("// "))
        return {};
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(3, end - 3));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view White = " \t\r\n";
    const std::size_t first = text.find_first_not_of(White);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(White) - first + 1);
}

ShippedQuery readShipped(const char* id)
{
    ShippedQuery query;
    query.id = id;
    QFile file(QStringLiteral(":/gatehouse/queries/%1.kql").arg(QLatin1StringView(id)));
    if (!file.open(QIODevice::ReadOnly))
        return query;
    const std::string whole = file.readAll().toStdString();
    std::string_view rest = whole;
    query.name = takeComment(rest);
    query.text = takeComment(rest);
    query.needs = takeComment(rest);
    query.kql = trimmed(rest);
    return query;
}

} // namespace

const std::vector<ShippedQuery>& shippedQueries()
{
    static const std::vector<ShippedQuery> queries = [] {
        initResources();
        constexpr std::array Ids{"tokens-per-microservice", "top-spenders",        "server-errors-by-backend",
                                 "throttled-callers",       "latency-percentiles", "pod-restarts",
                                 "slow-rag-answers",        "retry-amplification"};
        std::vector<ShippedQuery> read;
        for (const char* const id : Ids)
            read.push_back(readShipped(id));
        return read;
    }();
    return queries;
}

const ShippedQuery* shippedQueryOf(std::string_view kql)
{
    for (const ShippedQuery& query : shippedQueries()) {
        if (trimmed(kql) == query.kql)
            return &query;
    }
    return nullptr;
}

QueryNotebook::QueryNotebook(settings::QueryStore store, QObject* parent)
    : QObject(parent)
    , m_store(std::move(store))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(WriteAfter);
    connect(&m_timer, &QTimer::timeout, this, &QueryNotebook::write);
}

QueryNotebook::~QueryNotebook()
{
    flush();
}

const settings::QueryMemory& QueryNotebook::memory()
{
    if (!m_loaded) {
        m_loaded = true;
        m_memory = m_store.load();
    }
    return m_memory;
}

void QueryNotebook::change(const std::function<void(settings::QueryMemory&)>& edit, bool quietly)
{
    static_cast<void>(memory());
    edit(m_memory);
    m_due = true;
    m_timer.start();
    if (!quietly)
        Q_EMIT changed();
}

Status QueryNotebook::save(const settings::SavedQuery& query)
{
    Status done;
    change([&](settings::QueryMemory& kept) { done = kept.save(query); });
    return done;
}

void QueryNotebook::write()
{
    if (!m_writing.isFinished()) {
        m_timer.start(); // one at a time
        return;
    }
    m_due = false;
    m_writing = QtConcurrent::run([store = m_store, memory = m_memory] { return store.save(memory); });
    QFuture<Status> writing = m_writing; // the continuation may run inside then()
    writing.then(this, [this](const Status& done) {
        if (!done)
            Q_EMIT failed(done.error());
    });
}

void QueryNotebook::flush()
{
    m_timer.stop();
    m_writing.waitForFinished();
    if (std::exchange(m_due, false))
        static_cast<void>(m_store.save(m_memory)); // the window goes: nobody is left to be told
}

} // namespace gatehouse::ui
