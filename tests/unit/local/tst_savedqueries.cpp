// SPDX-License-Identifier: GPL-3.0-or-later
// The queries that ship run on the tables of the embedded workspace as they are, without a row in them.
#include "core/base/files.h"
#include "core/kql/engine.h"
#include "core/local/logs/schemas.h"
#include "tests/support/testmain.h"

#include <QtCore/QDir>

#include <map>

using namespace gatehouse;

namespace {

class EmptySource final : public kql::TableSource
{
public:
    explicit EmptySource(std::vector<kql::SchemaColumn> columns)
        : m_columns(std::move(columns))
    {}
    const std::vector<kql::SchemaColumn>& schema() const override { return m_columns; }
    std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                   std::span<const std::string>) const override
    {
        return {};
    }

private:
    std::vector<kql::SchemaColumn> m_columns;
};

class EmptyWorkspace final : public kql::Catalog
{
public:
    EmptyWorkspace()
    {
        for (const local::TableSpec& spec : local::tableSpecs()) {
            std::vector<kql::SchemaColumn> columns;
            for (const local::StoredColumn& column : local::storedColumns(spec, {}))
                columns.push_back(column.schema);
            m_tables[std::string(spec.name)] = std::make_shared<EmptySource>(std::move(columns));
        }
    }
    std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        const auto found = m_tables.find(std::string(name));
        return found == m_tables.end() ? nullptr : found->second;
    }
    std::vector<std::string> tableNames() const override
    {
        std::vector<std::string> names;
        for (const auto& [name, table] : m_tables)
            names.push_back(name);
        return names;
    }

private:
    std::map<std::string, std::shared_ptr<EmptySource>> m_tables;
};

} // namespace

class TestSavedQueries : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eachRuns_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(TEST_DATA_DIR "/../../resources/kql/saved"));
        for (const QString& name : folder.entryList({QStringLiteral("*.kql")}))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void eachRuns()
    {
        QFETCH(QString, path);
        const auto query = readFile(path.toStdString());
        QVERIFY(query.has_value());
        kql::QueryOptions options;
        options.now = DateTime::fromCivil(2026, 6, 1);
        const auto execution = kql::execute(*query, EmptyWorkspace(), options);
        QVERIFY2(execution.has_value(), execution ? "" : execution.error().message.c_str());
        QVERIFY(execution->answer.primary().columnCount() > 1);
    }
};

GATEHOUSE_TEST_MAIN(TestSavedQueries)
#include "tst_savedqueries.moc"
