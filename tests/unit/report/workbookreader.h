// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>

#include <optional>
#include <string>

namespace gatehouse::test {

/// A workbook as tests/unit/report/readxlsx.py sees it. Empty where python3 is missing.
[[nodiscard]] inline std::optional<Json> readWorkbook(const std::string& bytes)
{
    const QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("report.xlsx"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(bytes.data(), static_cast<qint64>(bytes.size())) != static_cast<qint64>(bytes.size()))
        return std::nullopt;
    file.close();
    QProcess python;
    python.start(QStringLiteral("python3"), {QStringLiteral(REPORT_TEST_DIR "/readxlsx.py"), path});
    if (!python.waitForFinished(60'000) || python.exitCode() != 0)
        return std::nullopt;
    auto sheets = parseJson(python.readAllStandardOutput().toStdString());
    if (!sheets)
        return std::nullopt;
    return std::move(*sheets);
}

[[nodiscard]] inline bool hasPython()
{
    return !QStandardPaths::findExecutable(QStringLiteral("python3")).isEmpty();
}

} // namespace gatehouse::test
