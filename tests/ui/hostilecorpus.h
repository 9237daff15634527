// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <vector>

/// Texts that a model or a document might bring, to open, to load, to deceive or to hold up.
namespace gatehouse::test {

struct HostileText
{
    QString name;
    QString text;
};

/// At least 300. canary is the origin of a server that must never be asked.
[[nodiscard]] std::vector<HostileText> hostileTexts(const QString& canary);
/// At least 150: answers as an injected document would have them written, to carry something out.
[[nodiscard]] std::vector<HostileText> injectedAnswers(const QString& canary);

} // namespace gatehouse::test
