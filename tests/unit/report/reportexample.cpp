// SPDX-License-Identifier: GPL-3.0-or-later
// report-example NAME FILE.pdf|.xlsx|.csv [SEED] [letter]: writes one of the tests' reports, for tests that
// need another process and for looking at.
#include "core/base/files.h"
#include "core/report/csvreport.h"
#include "core/report/pdfreport.h"
#include "core/report/xlsxreport.h"
#include "tests/unit/report/examplereport.h"

#include <QtGui/QGuiApplication>

#include <cstdio>
#include <string>

using namespace gatehouse;

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    if (argc < 3) {
        std::fputs("usage: report-example NAME FILE [SEED] [letter]\n", stderr);
        return 2;
    }
    const std::string file = argv[2];
    const std::uint64_t seed = argc > 3 ? std::stoull(argv[3]) : 1;
    const bool random = std::string(argv[1]) == "random";
    const report::Report value = random ? test::randomReport(seed) : test::exampleReport(argv[1], seed);
    const auto paper = argc > 4 ? report::PaperSize::Letter : report::PaperSize::A4;
    const Result<std::string> bytes = file.ends_with(".pdf")    ? report::pdfReport(value, paper)
                                      : file.ends_with(".xlsx") ? report::xlsxReport(value)
                                                                : report::csvReport(value);
    if (!bytes) {
        std::fprintf(stderr, "%s\n", bytes.error().message.c_str());
        return 1;
    }
    return atomicWrite(file, *bytes) ? 0 : 1;
}
