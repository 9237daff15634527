// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/local/arm/armpath.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "tests/support/testmain.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::local;

namespace {

constexpr const char* BackendType = "Microsoft.ApiManagement/service/backends";
const std::string Backend = apimResourceId() + "/backends/x";

} // namespace

class TestResourceStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void seedIsWhole();
    void survivesReopening();
    void idsIgnoreCase();
    void conditions();
    void etagsNeverRepeat();
    void removeTakesWhatIsBelow();
    void listsDirectChildrenOnly();
    void revisionGrows();
    void keysFollowTheSubscription();
    void nothingSecretInBodies();
    void corruptFile();
    void armPaths_data();
    void armPaths();

private:
    void open()
    {
        m_store.reset();
        auto opened = ResourceStore::open(path());
        QVERIFY(opened);
        m_store = std::move(*opened);
    }
    [[nodiscard]] std::string path() const
    {
        return m_directory->filePath(QStringLiteral("r.sqlite")).toStdString();
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ResourceStore> m_store;
};

void TestResourceStore::init()
{
    m_store.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    open();
    QVERIFY(m_store->empty());
    QVERIFY(seedResources(*m_store));
}

void TestResourceStore::seedIsWhole()
{
    QCOMPARE(m_store->listByType("Microsoft.ApiManagement/service").size(), std::size_t{1});
    QCOMPARE(m_store->listByType("Microsoft.OperationalInsights/workspaces").size(), std::size_t{1});
    QCOMPARE(m_store->listByType("Microsoft.CognitiveServices/accounts").size(), std::size_t{3});
    QCOMPARE(m_store->listByType("microsoft.apimanagement/SERVICE/subscriptions").size(), std::size_t{10});
    std::vector<std::string> names;
    for (const ResourcePtr& backend : m_store->list(apimResourceId(), BackendType))
        names.push_back(backend->name());
    QCOMPARE(names, (std::vector<std::string>{"aoai-eastus", "aoai-pool", "aoai-westeurope", "aoai-westus"}));
    for (const SeedRegion& region : seedRegions())
        QVERIFY(
            m_store
                ->list(accountResourceId(region.backend), "Microsoft.CognitiveServices/accounts/deployments")
                .size() >= 3);
    const std::uint64_t before = m_store->revision();
    QVERIFY(seedResources(*m_store)); // nothing is written twice
    QCOMPARE(m_store->revision(), before);
}

void TestResourceStore::survivesReopening()
{
    const auto written = m_store->put(Backend, BackendType, {{"properties", {{"url", "https://a"}}}});
    QVERIFY(written && written->created);
    const std::string key = m_store->keyOf("fraud-review");
    const std::string etag = written->resource->etag;
    open();
    const ResourcePtr read = m_store->get(Backend);
    QVERIFY(read);
    QCOMPARE(read->etag, etag);
    QCOMPARE(textAt(read->properties(), "url"), std::string("https://a"));
    QCOMPARE(m_store->keyOf("fraud-review"), key);
    QCOMPARE(*m_store->subscriptionForKey(key), std::string("fraud-review"));
}

void TestResourceStore::idsIgnoreCase()
{
    QVERIFY(m_store->put(Backend, BackendType, {{"properties", {{"n", 1}}}}));
    const auto second = m_store->put(toLower(Backend), "other", {{"properties", {{"n", 2}}}});
    QVERIFY(second && !second->created);
    QCOMPARE(second->resource->id, Backend); // the first spelling stays, and the type
    QCOMPARE(second->resource->type, std::string(BackendType));
    QCOMPARE(textAt(second->resource->body, "name"), std::string("x"));
    QCOMPARE(integerAt(m_store->get(toLower(Backend))->properties(), "n"), 2);
}

void TestResourceStore::conditions()
{
    using IfMatch = ResourceStore::IfMatch;
    const auto status = [](const auto& result) { return result ? 200 : result.error().httpStatus; };
    QCOMPARE(status(m_store->put(Backend, BackendType, {}, IfMatch("\"none\""))), 412);
    const std::string first = m_store->put(Backend, BackendType, {})->resource->etag;
    QCOMPARE(status(m_store->put(Backend, BackendType, {}, {}, true)), 412);
    const std::string second = m_store->put(Backend, BackendType, {}, IfMatch(first))->resource->etag;
    QCOMPARE(status(m_store->put(Backend, BackendType, {}, IfMatch(first))), 412);
    QCOMPARE(status(m_store->patch(Backend, {{"a", 1}}, IfMatch(first))), 412);
    QCOMPARE(status(m_store->remove(Backend, IfMatch(first))), 412);
    QCOMPARE(m_store->get(Backend)->etag, second);
    QCOMPARE(status(m_store->patch(Backend, {{"a", 1}}, IfMatch("*"))), 200);
    QCOMPARE(status(m_store->remove(Backend, IfMatch("*"))), 200);
    QCOMPARE(status(m_store->remove(Backend, IfMatch("*"))), 404);
    QCOMPARE(status(m_store->patch(Backend, {}, {})), 404);
}

void TestResourceStore::etagsNeverRepeat()
{
    const std::string first = m_store->put(Backend, BackendType, {})->resource->etag;
    QVERIFY(first.size() > 4 && first.front() == '"' && first.back() == '"');
    QVERIFY(m_store->remove(Backend, {}));
    open();
    QVERIFY(m_store->put(Backend, BackendType, {})->resource->etag != first);
}

void TestResourceStore::removeTakesWhatIsBelow()
{
    const std::string api = apimResourceId() + "/apis/azure-openai";
    QVERIFY(m_store->get(api + "/policies/policy"));
    QVERIFY(m_store->put(api + "2", "Microsoft.ApiManagement/service/apis", {}));
    QVERIFY(m_store->remove(api, {}));
    QVERIFY(!m_store->get(api + "/policies/policy"));
    QVERIFY(m_store->get(api + "2"));
    open();
    QVERIFY(!m_store->get(api + "/policies/policy"));
    QVERIFY(m_store->get(api + "2"));
}

void TestResourceStore::listsDirectChildrenOnly()
{
    const auto count = [this](const std::string& parent, const char* type) {
        return m_store->list(parent, type).size();
    };
    QCOMPARE(count(apimResourceId(), "Microsoft.ApiManagement/service/diagnostics"), std::size_t{1});
    QCOMPARE(count(apimResourceId(), "Microsoft.ApiManagement/service/apis/diagnostics"), std::size_t{0});
    QCOMPARE(count(resourceGroupId(), "Microsoft.ApiManagement/service"), std::size_t{1});
    QCOMPARE(count(resourceGroupId(), BackendType), std::size_t{0});
    QCOMPARE(count(apimResourceId(), "Microsoft.Insights/diagnosticSettings"), std::size_t{1});
    QCOMPARE(count(resourceGroupId(), "Microsoft.Insights/diagnosticSettings"), std::size_t{0});
}

void TestResourceStore::revisionGrows()
{
    std::uint64_t last = m_store->revision();
    const auto grew = [&] { return std::exchange(last, m_store->revision()) < m_store->revision(); };
    QVERIFY(m_store->put(Backend, BackendType, {}) && grew());
    QVERIFY(m_store->patch(Backend, {{"a", 1}}, {}) && grew());
    QVERIFY(!m_store->put(Backend, BackendType, {}, ResourceStore::IfMatch("\"x\"")) && !grew());
    QVERIFY(m_store->setKeys("checkout-assistant", {}) && grew());
    QVERIFY(m_store->remove(Backend, {}) && grew());
}

void TestResourceStore::keysFollowTheSubscription()
{
    const std::string old = m_store->keyOf("hr-assistant");
    const std::string secondary = m_store->keysOf("HR-Assistant")->secondary;
    QVERIFY(m_store->setKeys("hr-assistant", {"", secondary}));
    QVERIFY(m_store->keyOf("hr-assistant") != old);
    QVERIFY(!m_store->subscriptionForKey(old));
    QCOMPARE(*m_store->subscriptionForKey(secondary), std::string("hr-assistant"));
    QVERIFY(m_store->remove(apimResourceId() + "/subscriptions/hr-assistant", {}));
    QVERIFY(!m_store->subscriptionForKey(secondary));
    QVERIFY(!m_store->keysOf("hr-assistant"));
    open();
    QVERIFY(!m_store->keysOf("hr-assistant"));
}

void TestResourceStore::nothingSecretInBodies()
{
    for (const ResourcePtr& resource : m_store->all()) {
        const std::string text = dumpJson(resource->body);
        for (const SeedService& service : seedServices())
            QVERIFY(text.find(m_store->keyOf(service.id)) == std::string::npos);
    }
}

void TestResourceStore::corruptFile()
{
    m_store.reset();
    for (const QString& suffix : {QStringLiteral("-wal"), QStringLiteral("-shm")})
        QFile::remove(QString::fromStdString(path()) + suffix);
    QFile file(QString::fromStdString(path()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(4'096, 'z'));
    file.close();
    const auto opened = ResourceStore::open(path());
    QVERIFY(!opened);
    QCOMPARE(opened.error().serviceCode, std::string("corrupt"));
}

void TestResourceStore::armPaths_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("collection");
    QTest::addColumn<QByteArray>("parent");
    const QByteArray group = "/subscriptions/s/resourceGroups/g";
    QTest::newRow("top level") << group + "/providers/A.B/c/n" << QByteArray("A.B/c") << false
                               << group + "/providers/A.B/c";
    QTest::newRow("its list") << group + "/providers/A.B/c" << QByteArray("A.B/c") << true << group;
    QTest::newRow("a part's list") << group + "/providers/A.B/c/n/d" << QByteArray("A.B/c/d") << true
                                   << group + "/providers/A.B/c/n";
    QTest::newRow("an extension's list") << group + "/providers/A.B/c/n/providers/E.F/g"
                                         << QByteArray("E.F/g") << true << group + "/providers/A.B/c/n";
    QTest::newRow("of the subscription") << QByteArray("/subscriptions/s/providers/A.B/c")
                                         << QByteArray("A.B/c") << true << QByteArray("/subscriptions/s");
    QTest::newRow("no provider") << group << QByteArray() << false << QByteArray();
    QTest::newRow("no type") << group + "/providers/A.B" << QByteArray() << false << QByteArray();
}

void TestResourceStore::armPaths()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, type);
    QFETCH(bool, collection);
    QFETCH(QByteArray, parent);
    const auto parsed = parseArmPath(path.toStdString());
    QCOMPARE(parsed.has_value(), !type.isEmpty());
    if (!parsed)
        return;
    QCOMPARE(parsed->type, type.toStdString());
    QCOMPARE(parsed->collection, collection);
    QCOMPARE(parsed->parent, parent.toStdString());
}

GATEHOUSE_TEST_MAIN(TestResourceStore)
#include "tst_resourcestore.moc"
