// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest/QtTest>

#include <cstdio>
#include <cstdlib>

namespace gatehouse::test {

/// Every Qt warning ends the test program, unless the test declared it with QTest::ignoreMessage
/// (Qt Test's own handler takes those before this one sees them).
inline void installFatalLogger()
{
    static QtMessageHandler next = nullptr;
    next = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& context, const QString& text) {
        if (type == QtWarningMsg || type == QtCriticalMsg) {
            std::fprintf(stderr, "undeclared warning: %s (%s:%d)\n", qPrintable(text),
                         context.file != nullptr ? context.file : "?", context.line);
            std::abort();
        }
        if (next != nullptr)
            next(type, context, text);
    });
}

} // namespace gatehouse::test

/// main() of a test of code without widgets, with one test class.
#define GATEHOUSE_TEST_MAIN(TestClass)                                                                       \
    int main(int argc, char** argv)                                                                          \
    {                                                                                                        \
        QCoreApplication application(argc, argv);                                                            \
        gatehouse::test::installFatalLogger();                                                               \
        TestClass test;                                                                                      \
        return QTest::qExec(&test, argc, argv);                                                              \
    }

/// The same with a QApplication, for widgets offscreen. Include <QtWidgets/QApplication> first.
#define GATEHOUSE_GUI_TEST_MAIN(TestClass)                                                                   \
    int main(int argc, char** argv)                                                                          \
    {                                                                                                        \
        QApplication application(argc, argv);                                                                \
        gatehouse::test::installFatalLogger();                                                               \
        TestClass test;                                                                                      \
        return QTest::qExec(&test, argc, argv);                                                              \
    }
