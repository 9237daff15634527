// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/junit.h"

#include "core/base/utf8.h"

#include <pugixml.hpp>

#include <cstdio>
#include <sstream>

namespace gatehouse::rag::smoke {

namespace {

/// The characters that XML 1.0 allows; the rest become U+FFFD.
std::string forXml(std::string_view text)
{
    static constexpr std::string_view Replacement = "\xEF\xBF\xBD";
    const std::string valid = toValidUtf8(text);
    std::string out;
    out.reserve(valid.size());
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto byte = static_cast<unsigned char>(valid[i]);
        const std::string_view three = std::string_view(valid).substr(i, 3);
        const std::string_view two = three.substr(0, 2);
        if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") { // U+FFFE, U+FFFF
            out += Replacement;
            i += 2;
        } else if (byte == 0xC2 && two.size() == 2 && static_cast<unsigned char>(two[1]) < 0xA0) { // C1
            out += Replacement;
            ++i;
        } else if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
            out += Replacement;
        } else {
            out += valid[i];
        }
    }
    return out;
}

std::string seconds(std::chrono::milliseconds time)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", static_cast<double>(time.count()) / 1'000.0);
    return text;
}

void set(pugi::xml_node node, const char* name, const std::string& value)
{
    node.append_attribute(name).set_value(forXml(value).c_str());
}

/// "2026-11-26T14:27:03": JUnit's own schema knows no zone and no fraction.
std::string timestamp(DateTime at)
{
    return formatDateTime(at).substr(0, std::string_view("2026-11-26T14:27:03").size());
}

void setCounts(pugi::xml_node node, const Tally& tally)
{
    set(node, "tests", std::to_string(tally.total()));
    set(node, "failures", std::to_string(tally.failed + tally.unknown));
    set(node, "errors", std::to_string(tally.broken));
    set(node, "skipped", "0");
}

std::string details(const CaseResult& result)
{
    std::string text;
    for (const CheckedAssertion& checked : result.checks) {
        const Verdict verdict = checked.finding.verdict;
        text += verdict == Verdict::Holds   ? "holds    "
                : verdict == Verdict::Fails ? "fails    "
                                            : "unknown  ";
        text += checked.assertion + ": " + checked.finding.sentence + "\n";
    }
    if (result.error)
        text += result.error->details() + "\n";
    if (!result.answer.empty())
        text += "answer: " + result.answer + "\n";
    return text;
}

void addCase(pugi::xml_node suite, const std::string& className, const CaseResult& result, bool repeated)
{
    pugi::xml_node node = suite.append_child("testcase");
    set(node, "name", repeated ? result.name + " (" + std::to_string(result.round) + ")" : result.name);
    set(node, "classname", className);
    set(node, "time", seconds(result.total));
    if (result.outcome == Outcome::Passed)
        return;
    pugi::xml_node wrong = node.append_child(result.outcome == Outcome::Broken ? "error" : "failure");
    set(wrong, "message", result.why);
    set(wrong, "type", result.error ? toString(result.error->kind) : std::string(nameOf(result.outcome)));
    wrong.append_child(pugi::node_pcdata).set_value(forXml(details(result)).c_str());
}

} // namespace

std::string toJUnit(const Run& run)
{
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version").set_value("1.0");
    declaration.append_attribute("encoding").set_value("UTF-8");
    pugi::xml_node root = document.append_child("testsuites");
    set(root, "name", run.suite);
    setCounts(root, tally(run.results));
    for (const std::string& backend : run.backends) {
        std::vector<CaseResult> results;
        bool repeated = false;
        std::chrono::milliseconds total{0};
        for (const CaseResult& result : run.results) {
            if (result.backend != backend)
                continue;
            results.push_back(result);
            repeated = repeated || result.round > 1;
            total += result.total;
        }
        pugi::xml_node suite = root.append_child("testsuite");
        const std::string name = backend.empty() ? run.suite : run.suite + " on " + backend;
        set(suite, "name", name);
        setCounts(suite, tally(results));
        set(suite, "time", seconds(total));
        set(suite, "timestamp", timestamp(run.at));
        for (const CaseResult& result : results)
            addCase(suite, backend.empty() ? run.suite : run.suite + "." + backend, result, repeated);
    }
    std::ostringstream out;
    document.save(out, "  ");
    return out.str();
}

} // namespace gatehouse::rag::smoke
