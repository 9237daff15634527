// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "tests/support/manualclock.h"

#include <thread>

using namespace gatehouse;

class TestLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyListedFieldsShowTheirValue()
    {
        const test::ManualClock clock;
        std::vector<std::string> lines;
        Log log(clock, [&](Log::Level, const std::string& line) { lines.push_back(line); });
        log.write(
            Log::Level::Warning, "http.answer",
            {{"status", "429"}, {"authorization", "Bearer secret"}, {"url", "https://host/?sig=secret"}});
        QCOMPARE(lines.size(), std::size_t{1});
        QCOMPARE(lines[0], std::string("2026-06-01T00:00:00Z warning http.answer status=\"429\" "
                                       "authorization=<13 bytes> url=<24 bytes>"));
        for (const char* name : {"token", "body", "message", "query", "password", "header", "account"})
            QVERIFY2(!isLoggableField(name), name);
    }

    void nothingBreaksTheLine()
    {
        const test::ManualClock clock;
        std::string line;
        Log log(clock, [&](Log::Level, const std::string& one) { line = one; });
        log.write(Log::Level::Error, "x\ny", {{"reason", "a\r\nb\x1b[31m\"\\\x7f"}, {"bad\nname", "z"}});
        QCOMPARE(
            line,
            std::string("2026-06-01T00:00:00Z error x\\x0ay reason=\"a\\x0d\\x0ab\\x1b[31m\\x22\\x5c\\x7f\" "
                        "bad\\x0aname=<1 bytes>"));
    }

    void withoutASinkNothingHappens()
    {
        const test::ManualClock clock;
        Log(clock).write(Log::Level::Info, "unheard");
    }

    void threadsWriteWholeLines()
    {
        const test::ManualClock clock;
        std::size_t lines = 0; // the log's own lock guards it
        Log log(clock, [&](Log::Level, const std::string& line) { lines += line.empty() ? 0 : 1; });
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 500; ++n)
                    log.write(Log::Level::Debug, "tick", {{"count", std::to_string(n)}});
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(lines, std::size_t{2000});
    }

    void anErrorsDetailsLeaveOutTheClaims()
    {
        Error error;
        error.kind = Error::Kind::SignInRequired;
        error.message = "Sign in again.";
        error.serviceCode = "AADSTS50076";
        error.requestId = "request-1";
        error.correlationId = "correlation-1";
        error.httpStatus = 401;
        error.claims = "canary";
        const std::string details = error.details();
        for (const char* part : {"Sign in again.", "AADSTS50076", "request-1", "correlation-1", "401"})
            QVERIFY2(details.find(part) != std::string::npos, part);
        QVERIFY(details.find("canary") == std::string::npos);
    }

    void everyKindHasItsOwnWord()
    {
        std::vector<std::string> words;
        for (int kind = 0; kind <= static_cast<int>(Error::Kind::Cancelled); ++kind)
            words.push_back(toString(static_cast<Error::Kind>(kind)));
        std::sort(words.begin(), words.end());
        QVERIFY(std::adjacent_find(words.begin(), words.end()) == words.end());
        QVERIFY(!words.front().empty());
    }
};

GATEHOUSE_TEST_MAIN(TestLog)
#include "tst_log.moc"
