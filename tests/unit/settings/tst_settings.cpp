// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/settings/settingsstore.h"
#include "tests/support/testmain.h"

#include <QtCore/QTemporaryDir>

#include <sys/stat.h>
#include <unistd.h>

using namespace gatehouse;
using namespace gatehouse::settings;

namespace {

Profile azureProfile(const std::string& name)
{
    Profile profile;
    profile.name = name;
    profile.tenantId = "contoso.example";
    profile.clientId = "11111111-2222-3333-4444-555555555555";
    profile.workspaceId = "aaaaaaaa-2222-3333-4444-555555555555";
    profile.apimResourceId =
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/"
        "Microsoft.ApiManagement/service/apim";
    profile.accountKey = "oid.tid";
    return profile;
}

} // namespace

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void remembersWhatWasSaved();
    void setsBadFilesAside_data();
    void setsBadFilesAside();
    void truncationAnywhereIsNoCrash();
    void leavesALaterVersionAlone();
    void keepsGoodProfilesOfAPartlyBadFile();
    void readsProfilesWithoutARagBackend();
    void refusesBadProfiles_data();
    void refusesBadProfiles();
    void cloudsAreComplete();
};

void TestSettings::remembersWhatWasSaved()
{
    const QTemporaryDir directory;
    SettingsStore store((directory.path() + QStringLiteral("/not/yet")).toStdString());
    Settings settings;
    settings.profiles = {azureProfile("Production"), azureProfile("Test — Zürich")};
    settings.profiles[1].ragUrl = "https://rag.example/base";
    settings.profiles[1].ragScope = "api://rag/.default";
    settings.profiles[1].ragMapping.tokenField = "data.piece";
    settings.profiles[1].ragMapping.endMarker = "<end>";
    settings.theme = "dark";
    settings.timeRange = "P7D";
    settings.navigationWidth = 210;
    QVERIFY(store.save(settings));
    const Settings read = store.load();
    QVERIFY(store.notice().empty());
    QCOMPARE(read.profiles.size(), 2U);
    QVERIFY(read.profiles == settings.profiles);
    QCOMPARE(read.theme, settings.theme);
    QCOMPARE(read.timeRange, settings.timeRange);
    QCOMPARE(read.navigationWidth, 210);
}

void TestSettings::setsBadFilesAside_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("shape");
    QTest::newRow("empty") << QByteArray() << "file";
    QTest::newRow("one byte") << QByteArray("{") << "file";
    QTest::newRow("random") << QByteArray("\x00\xff\x13garbage", 10) << "file";
    QTest::newRow("another document") << QByteArray("[1,2,3]") << "file";
    QTest::newRow("no version") << QByteArray("{\"theme\":\"dark\"}") << "file";
    QTest::newRow("version is text") << QByteArray("{\"version\":\"one\"}") << "file";
    QTest::newRow("deep") << QByteArray(5000, '[') << "file";
    QTest::newRow("directory") << QByteArray() << "directory";
    QTest::newRow("sparse 4 GiB") << QByteArray() << "sparse";
    QTest::newRow("fifo") << QByteArray() << "fifo";
    QTest::newRow("dangling link") << QByteArray() << "none";
}

void TestSettings::setsBadFilesAside()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, shape);
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/settings.json";
    if (shape == QLatin1String("directory"))
        QVERIFY(::mkdir(path.c_str(), 0700) == 0);
    else if (shape == QLatin1String("fifo"))
        QVERIFY(::mkfifo(path.c_str(), 0600) == 0);
    else if (shape == QLatin1String("none"))
        QVERIFY(::symlink("/nonexistent/settings", path.c_str()) == 0);
    else
        QVERIFY(atomicWrite(path, std::string(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
    if (shape == QLatin1String("sparse"))
        QVERIFY(::truncate(path.c_str(), 4LL << 30) == 0);

    SettingsStore store(directory.path().toStdString());
    const Settings settings = store.load();
    QVERIFY(settings.profiles.empty());
    QCOMPARE(settings.theme, std::string("system"));
    if (shape != QLatin1String("none")) {
        QVERIFY(store.notice().find(".bad-1") != std::string::npos);
        struct stat kept = {};
        QVERIFY(::lstat((path + ".bad-1").c_str(), &kept) == 0);
    }
    QVERIFY(store.save(settings));
    SettingsStore again(directory.path().toStdString());
    static_cast<void>(again.load());
    QVERIFY(again.notice().empty());
}

void TestSettings::truncationAnywhereIsNoCrash()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/settings.json";
    Settings settings;
    settings.profiles = {azureProfile("Production")};
    QVERIFY(SettingsStore(directory.path().toStdString()).save(settings));
    const std::string whole = *readFile(path);
    // Only the last byte, the line end, can go without making the file unusable.
    for (std::size_t length = 0; length + 1 < whole.size(); length += 7) {
        QVERIFY(atomicWrite(path, whole.substr(0, length)));
        SettingsStore store(directory.path().toStdString());
        QVERIFY(store.load().profiles.empty());
        QVERIFY(!store.notice().empty());
    }
}

void TestSettings::leavesALaterVersionAlone()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/settings.json";
    const std::string future = "{\"version\":99,\"profiles\":{\"new\":\"shape\"}}";
    QVERIFY(atomicWrite(path, future));
    SettingsStore store(directory.path().toStdString());
    const Settings settings = store.load();
    QVERIFY(store.notice().find("newer version") != std::string::npos);
    QVERIFY(store.save(settings).error().kind == Error::Kind::Storage);
    QCOMPARE(*readFile(path), future);
}

void TestSettings::keepsGoodProfilesOfAPartlyBadFile()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/settings.json";
    Settings settings;
    settings.profiles = {azureProfile("Good")};
    QVERIFY(SettingsStore(directory.path().toStdString()).save(settings));
    Json document = *parseJson(*readFile(path));
    Json bad = document["profiles"][0];
    bad["name"] = "Bad";
    bad["client"] = "no guid";
    document["profiles"].push_back(bad);
    document["profiles"].push_back(document["profiles"][0]); // the name is taken
    document["profiles"].push_back(42);
    QVERIFY(atomicWrite(path, dumpJson(document)));

    SettingsStore store(directory.path().toStdString());
    QCOMPARE(store.load().profiles.size(), 1U);
    QVERIFY(store.notice().find(".bad-1") != std::string::npos);
    SettingsStore again(directory.path().toStdString());
    QCOMPARE(again.load().profiles.size(), 1U);
    QVERIFY(again.notice().empty());
}

void TestSettings::readsProfilesWithoutARagBackend()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/settings.json";
    Settings settings;
    settings.profiles = {azureProfile("Old")};
    QVERIFY(SettingsStore(directory.path().toStdString()).save(settings));
    Json document = *parseJson(*readFile(path));
    QVERIFY(document["profiles"][0]["ragMapping"].empty()); // what is the default is not written
    for (const char* const key : {"ragUrl", "ragScope", "ragMapping"})
        document["profiles"][0].erase(key);
    QVERIFY(atomicWrite(path, dumpJson(document)));
    SettingsStore store(directory.path().toStdString());
    QVERIFY(store.load().profiles == settings.profiles);
    QVERIFY(store.notice().empty());
}

void TestSettings::refusesBadProfiles_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::newRow("no name") << "name"
                             << "";
    QTest::newRow("control character") << "name" << QString(QChar(27));
    QTest::newRow("unknown cloud") << "cloud"
                                   << "mars";
    QTest::newRow("tenant with a path") << "tenant"
                                        << "contoso.example/../x";
    QTest::newRow("client") << "client"
                            << "my app";
    QTest::newRow("workspace name") << "workspace id"
                                    << "my-workspace";
    QTest::newRow("another resource") << "gateway resource"
                                      << "/subscriptions/x/providers/Microsoft.Web/sites/a";
    QTest::newRow("climbing resource") << "gateway resource"
                                       << "/subscriptions/../providers/Microsoft.ApiManagement/service/a";
    QTest::newRow("plain http") << "gateway URL"
                                << "http://gateway.example";
    QTest::newRow("user in the URL") << "gateway URL"
                                     << "https://me@gateway.example";
    QTest::newRow("a name that begins like this computer") << "gateway URL"
                                                           << "http://127.0.0.1.example/";
    const QString rag = QStringLiteral("RAG backend's URL");
    QTest::newRow("plain http to a RAG backend") << rag << "http://rag.example";
    QTest::newRow("not this computer") << rag << "http://localhost.example:8000";
    QTest::newRow("a query") << rag << "https://rag.example/?a=b";
    QTest::newRow("a fragment") << rag << "https://rag.example/#x";
    QTest::newRow("a line end") << rag << "https://rag.example/\r\nX: y";
    QTest::newRow("a file") << rag << "file:///etc/passwd";
    QTest::newRow("two scopes") << "RAG backend's scope"
                                << "api://a/.default api://b/.default";
    QTest::newRow("an event without a name") << "RAG backend's field names"
                                             << "";
    QTest::newRow("an event with a line end") << "RAG backend's field names"
                                              << "a\nb";
    QTest::newRow("an event with a long name")
        << "RAG backend's field names" << QString(65, QLatin1Char('a'));
}

void TestSettings::refusesBadProfiles()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    Profile profile = azureProfile("Production");
    QVERIFY(validate(profile));
    const std::map<std::string, std::string*> fields = {
        {"name", &profile.name},
        {"cloud", &profile.cloudId},
        {"tenant", &profile.tenantId},
        {"client", &profile.clientId},
        {"workspace id", &profile.workspaceId},
        {"gateway resource", &profile.apimResourceId},
        {"gateway URL", &profile.gatewayUrl},
        {"RAG backend's URL", &profile.ragUrl},
        {"RAG backend's scope", &profile.ragScope},
        {"RAG backend's field names", &profile.ragMapping.tokenEvent}};
    *fields.at(field.toStdString()) = value.toStdString();
    const Status refused = validate(profile);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == Error::Kind::InvalidInput);
    QVERIFY(refused.error().message.find(field.toStdString()) != std::string::npos);
}

void TestSettings::cloudsAreComplete()
{
    QCOMPARE(azureClouds().size(), 3U);
    QVERIFY(!azureCloud("local"));
    for (const Cloud& cloud : azureClouds()) {
        for (const std::string& origin : {cloud.loginOrigin, cloud.armOrigin, cloud.logsOrigin}) {
            QVERIFY(origin.starts_with("https://"));
            QVERIFY(!origin.ends_with("/"));
        }
        QVERIFY(cloud.armScope.ends_with("/.default"));
        QVERIFY(cloud.logsScope.ends_with("/.default"));
    }
    QCOMPARE(azureCloud("public")->logsScope, std::string("https://api.loganalytics.io/.default"));
}

GATEHOUSE_TEST_MAIN(TestSettings)
#include "tst_settings.moc"
