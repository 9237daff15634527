// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/connect.h"
#include "tests/support/testmain.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace Qt::StringLiterals;

namespace {

ConnectTarget targetOf(const std::string& text)
{
    ConnectTarget target;
    target.endpoint = "https://apim-ai-prod.azure-api.net/" + text;
    target.deployment = text;
    target.service = text;
    target.scope = "api://gateway/" + text;
    target.kubernetesNamespace = text;
    target.clientId = text;
    return target;
}

std::string fileFor(const QTemporaryDir& directory, const char* name, const std::string& text)
{
    QFile file(directory.filePath(QString::fromLatin1(name)));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write");
    file.write(QByteArray::fromStdString(text));
    return file.fileName().toStdString();
}

/// The exit status, with what it printed; a tool that is not there counts as fine.
int run(const QString& program, const QStringList& arguments, QByteArray* out = nullptr)
{
    if (QStandardPaths::findExecutable(program).isEmpty())
        return 0;
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(30'000))
        return -1;
    if (out != nullptr)
        *out = process.readAllStandardOutput();
    else if (process.exitCode() != 0)
        qWarning("%s", process.readAllStandardError().constData());
    return process.exitCode();
}

} // namespace

/// The code that Connect writes for developers.
class TestConnect : public QObject
{
    Q_OBJECT

    static void hostileNames()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("plain") << QByteArray("checkout-assistant");
        QTest::newRow("double quote") << QByteArray("a\"); import os; os.system(\"touch pwned\"); (\"");
        QTest::newRow("single quote") << QByteArray("a'; touch pwned; '");
        QTest::newRow("backslash") << QByteArray("a\\\"b\\");
        QTest::newRow("newline") << QByteArray("a\nimport os\n- name: evil\r\nx: y");
        QTest::newRow("dollar") << QByteArray("$(touch pwned) `touch pwned` ${HOME} {x}");
        QTest::newRow("separators") << QByteArray("a\xE2\x80\xA8touch\xE2\x80\xA9_\xC2\x85_");
        QTest::newRow("nul") << QByteArray("a\0b", 3);
        QTest::newRow("not utf-8") << QByteArray("a\xFF\xFE");
        QTest::newRow("emoji") << QByteArray("\xF0\x9F\x98\x80 \xE2\x80\xAE");
        QTest::newRow("yaml") << QByteArray("{a: b} & * ! | > % @ # - [x]");
        QTest::newRow("long") << QByteArray(5000, 'x');
        QTest::newRow("comment ends") << QByteArray("*/ --> ''' \"\"\" #");
    }

private Q_SLOTS:
    void everySnippetIsCodeOfItsLanguage_data() { hostileNames(); }
    void everySnippetIsCodeOfItsLanguage()
    {
        QFETCH(QByteArray, text);
        const QTemporaryDir directory;
        const ConnectTarget target = targetOf(text.toStdString());
        const auto path = [&](const char* name, Snippet snippet) {
            return QString::fromStdString(fileFor(directory, name, snippetText(snippet, target)));
        };
        QCOMPARE(
            run(u"python3"_s,
                {u"-c"_s, u"import sys; compile(open(sys.argv[1], encoding='utf-8').read(), 'x', 'exec')"_s,
                 path("a.py", Snippet::Python)}),
            0);
        QCOMPARE(run(u"node"_s, {u"--check"_s, path("a.mjs", Snippet::Node)}), 0);
        QCOMPARE(run(u"bash"_s, {u"-n"_s, path("a.sh", Snippet::Curl)}), 0);
        static_cast<void>(path("a.yaml", Snippet::Kubernetes));
        for (const Snippet snippet : AllSnippets) {
            for (const char c : snippetText(snippet, target))
                QVERIFY(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
        }
    }

    void literalsReadBackAsTheText_data() { hostileNames(); }
    void literalsReadBackAsTheText()
    {
        QFETCH(QByteArray, text);
        const QTemporaryDir directory;
        const std::string value = text.toStdString();
        QByteArray python;
        QCOMPARE(run(u"python3"_s,
                     {u"-c"_s,
                      u"import ast,sys; sys.stdout.buffer.write(ast.literal_eval(sys.argv[1]).encode())"_s,
                      QString::fromStdString(pythonLiteral(value))},
                     &python),
                 0);
        const QByteArray wanted = QString::fromUtf8(text).toUtf8();
        if (!python.isEmpty())
            QCOMPARE(python, wanted);
        QByteArray node;
        QCOMPARE(
            run(u"node"_s,
                {u"-e"_s, u"process.stdout.write("_s + QString::fromStdString(scriptLiteral(value)) + u")"_s},
                &node),
            0);
        if (!node.isEmpty())
            QCOMPARE(node, wanted);
        QByteArray shell;
        QCOMPARE(
            run(u"bash"_s, {u"-c"_s, u"printf %s "_s + QString::fromStdString(shellWord(value))}, &shell), 0);
        QByteArray visible;
        for (const char c : wanted) {
            if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)
                visible += c;
        }
        QCOMPARE(shell, visible);
        QVERIFY(yamlLiteral(value).find('\n') == std::string::npos);
        QVERIFY(csharpLiteral(value).find('\n') == std::string::npos);
    }

    void theLanguagesAgreeOnTheLiteralOfPlainText()
    {
        QCOMPARE(csharpLiteral("a\"b\\c\n\xC3\xA4"), std::string("\"a\\\"b\\\\c\\u000A\\u00E4\""));
        QCOMPARE(yamlLiteral("\xF0\x9F\x98\x80"), std::string("\"\\U0001F600\""));
        QCOMPARE(scriptLiteral("\xF0\x9F\x98\x80"), std::string("\"\\u{1F600}\""));
    }

    void aHeaderCannotBeSplit()
    {
        QCOMPARE(headerValue("a\r\nx-evil: 1\xC3\xA4"), std::string("a??x-evil: 1??"));
        QVERIFY(snippetText(Snippet::Curl, targetOf("a\r\nx-evil: 1")).find("\nx-evil") == std::string::npos);
    }

    void namesForKubernetesAreNames_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("plain") << QByteArray("checkout") << QByteArray("checkout");
        QTest::newRow("case") << QByteArray("Check Out!!v2") << QByteArray("check-out-v2");
        QTest::newRow("nothing") << QByteArray("\xE6\xBC\xA2") << QByteArray("fallback");
        QTest::newRow("dashes") << QByteArray("--a--") << QByteArray("a");
        QTest::newRow("long") << QByteArray(200, 'a') << QByteArray(63, 'a');
    }
    void namesForKubernetesAreNames()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, name);
        QCOMPARE(kubernetesName(text.toStdString(), "fallback"), name.toStdString());
    }

    void theChecklistIsThere()
    {
        ConnectTarget target;
        target.endpoint = "https://apim.example/";
        target.deployment = "gpt-4o";
        target.service = "checkout";
        const std::string yaml = snippetText(Snippet::Kubernetes, target);
        for (const char* const needed :
             {"azure.workload.identity/use: \"true\"",
              "azure.workload.identity/client-id:", "kind: ServiceAccount",
              "name: AZURE_OPENAI_ENDPOINT\n              value: \"https://apim.example\"",
              "name: AZURE_OPENAI_DEPLOYMENT_NAME\n              value: \"gpt-4o\"",
              "serviceAccountName: \"checkout\""})
            QVERIFY2(yaml.find(needed) != std::string::npos, needed);
        for (const Snippet snippet : {Snippet::Python, Snippet::Node, Snippet::CSharp}) {
            const std::string code = snippetText(snippet, target);
            QVERIFY(code.find("DefaultAzureCredential") != std::string::npos);
            QVERIFY(code.find(CognitiveScope) != std::string::npos);
            QVERIFY(code.find("gpt-4o") != std::string::npos);
        }
    }
};

GATEHOUSE_TEST_MAIN(TestConnect)
#include "tst_connect.moc"
