// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest/QtTest>
#include <QtWidgets/QApplication>

#include <cstdio>
#include <cstdlib>

namespace gatehouse::test {

/// As tests/support/testmain.h: an undeclared Qt warning ends the program. The offscreen platform says of
/// some calls that it has no window manager; that is no fault of the window's.
inline void installWindowLogger()
{
    static QtMessageHandler next = nullptr;
    next = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& context, const QString& text) {
        if (text.startsWith(QLatin1StringView("This plugin does not support")))
            return;
        if (type == QtWarningMsg || type == QtCriticalMsg) {
            std::fprintf(stderr, "undeclared warning: %s\n", qPrintable(text));
            std::abort();
        }
        if (next != nullptr)
            next(type, context, text);
    });
}

} // namespace gatehouse::test

#define GATEHOUSE_WINDOW_TEST_MAIN(TestClass)                                                                \
    int main(int argc, char** argv)                                                                          \
    {                                                                                                        \
        QApplication application(argc, argv);                                                                \
        gatehouse::test::installWindowLogger();                                                              \
        TestClass test;                                                                                      \
        return QTest::qExec(&test, argc, argv);                                                              \
    }
