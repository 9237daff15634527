// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/changetext.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace gatehouse::ui {

namespace {

constexpr int Indent = 2;

/// A named value may hold a whole document in one line.
std::string laidOut(const std::string& text)
{
    if (text.empty() || (text.front() != '{' && text.front() != '['))
        return text;
    const Result<Json> document = parseJson(text);
    return document ? dumpJson(*document, Indent) : text;
}

} // namespace

std::string documentText(const std::optional<Json>& properties)
{
    if (!properties)
        return {};
    Json rest = *properties;
    std::string text;
    if (rest.is_object() && memberAt(rest, "value").is_string()) {
        text = laidOut(textAt(rest, "value"));
        rest.erase("value");
        rest.erase("format");            // how the text travels, not what it says
        rest.erase("provisioningState"); // the service's own
        if (!rest.empty())
            text = dumpJson(rest, Indent) + "\n" + text;
    } else {
        text = dumpJson(rest, Indent);
    }
    std::erase(text, '\r');
    return text;
}

std::vector<DiffLine> documentDiff(const std::optional<Json>& before, const std::optional<Json>& after)
{
    const std::string from = documentText(before);
    const std::string to = documentText(after);
    if (from == to)
        return {};
    std::vector<DiffLine> lines = diffLines(from, to);
    // A resource that is not there has no lines, not even an empty one.
    if (!before || !after) {
        const auto missing = !before ? DiffLine::Kind::Removed : DiffLine::Kind::Added;
        std::erase_if(lines, [&](const DiffLine& line) { return line.kind == missing; });
    }
    return foldUnchanged(lines);
}

QString changeWord(const std::optional<Json>& before, const std::optional<Json>& after)
{
    const auto word = [](const char* text) { return QCoreApplication::translate("Change", text); };
    if (!before && after)
        return word("Created");
    if (before && !after)
        return word("Removed");
    return before == after ? word("Unchanged") : word("Changed");
}

QString shortResource(const std::string& resourceId)
{
    const QString id = QString::fromStdString(resourceId);
    return id.section(QLatin1Char('/'), -2, -1, QString::SectionSkipEmpty);
}

} // namespace gatehouse::ui
