// SPDX-License-Identifier: GPL-3.0-or-later
// gatehouse-kql script FILE…                 runs *.test scripts (README.md) and names each query that fails
// gatehouse-kql jsonl QUERIES RESULTS        answers each {"id", "query"} of a file, one JSON object a line
// gatehouse-kql parse QUERIES valid|invalid  counts queries that are, or are not, refused as syntax errors
// gatehouse-kql format QUERIES               names the valid queries that formatting would change or not
// settle gatehouse-kql query TEXT                   prints one answer as the service would send it
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/kql/engine.h"
#include "core/kql/language/language.h"
#include "core/kql/lexer/lexer.h"
#include "core/kql/parser/parser.h"
#include "core/kql/wire.h"
#include "tests/kql/script.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

namespace {

using namespace gatehouse;

Result<kql::Execution> run(const std::string& query)
{
    kql::QueryOptions options;
    options.now = SystemClock().now();
    return kql::execute(query, test::scriptCatalog(), options);
}

/// Calls visit(id, query) for each line.
template <typename Visit>
bool forEachQuery(const std::string& path, Visit visit)
{
    std::ifstream in(path);
    if (!in) {
        std::cerr << "cannot read " << path << '\n';
        return false;
    }
    std::string line;
    while (std::getline(in, line)) {
        const auto entry = parseJson(line);
        if (entry)
            visit(textAt(*entry, "id"), textAt(*entry, "query"));
    }
    return true;
}

std::string resultLine(const std::string& id, const std::string& query)
{
    const auto execution = run(query);
    std::string head = "{\"id\":" + dumpJson(Json(id));
    if (!execution)
        return head + ",\"error\":" +
               dumpJson(Json(execution.error().serviceCode + ": " + execution.error().message)) + "}";
    // The first table's members stand beside the id.
    const auto body =
        parseJson(kql::encodeAnswer(execution->answer, false, std::nullopt), std::size_t{1} << 30U);
    if (!body)
        return head + ",\"error\":\"the answer is no JSON\"}";
    const Json& table = (*body)["tables"][0];
    return head + ",\"columns\":" + dumpJson(table["columns"]) + ",\"rows\":" + dumpJson(table["rows"]) + "}";
}

int answerFile(const std::string& from, const std::string& to)
{
    std::ofstream out(to);
    const bool read = forEachQuery(
        from, [&](const std::string& id, const std::string& query) { out << resultLine(id, query) << '\n'; });
    return read ? 0 : 2;
}

int parseFile(const std::string& path, bool valid)
{
    std::size_t good = 0;
    std::size_t bad = 0;
    forEachQuery(path, [&](const std::string& id, const std::string& query) {
        const auto execution = run(query);
        const bool refused = !execution && execution.error().serviceCode.starts_with("SYN");
        if (refused != valid) {
            ++good;
            return;
        }
        ++bad;
        std::cout << "FAIL " << id << ' '
                  << (execution ? std::string("accepted") : execution.error().message);
        if (!execution && execution.error().position)
            std::cout << " @" << execution.error().position->offset;
        std::cout << '\n';
    });
    std::cout << good << " passed, " << bad << " failed\n";
    return bad == 0 ? 0 : 1;
}

bool sameTokens(const std::string& a, const std::string& b)
{
    const auto left = kql::tokenize(a);
    const auto right = kql::tokenize(b);
    return left && right &&
           std::equal(left->begin(), left->end(), right->begin(), right->end(),
                      [](const kql::Token& x, const kql::Token& y) {
                          return x.kind == y.kind && x.type == y.type && x.value == y.value;
                      });
}

int formatFile(const std::string& path)
{
    std::size_t good = 0;
    std::size_t bad = 0;
    forEachQuery(path, [&](const std::string& id, const std::string& query) {
        if (!kql::parse(query))
            return;
        const auto once = kql::language::format(query);
        const auto twice = once ? kql::language::format(*once) : once;
        const bool same = once && sameTokens(query, *once);
        if (same && twice && *twice == *once) {
            ++good;
            return;
        }
        ++bad;
        std::cout << "FAIL " << id << (!once ? " refused" : same ? " not settled" : " changed") << '\n';
    });
    std::cout << good << " passed, " << bad << " failed\n";
    return bad == 0 ? 0 : 1;
}

int answerOne(const std::string& query)
{
    const auto execution = run(query);
    if (!execution) {
        std::cout << kql::encodeError(execution.error(), {}) << '\n';
        return 1;
    }
    std::cout << kql::encodeAnswer(execution->answer, !execution->answer.render.empty(),
                                   execution->statistics)
              << '\n';
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() >= 2 && args[0] == "script")
        return test::runScripts({args.begin() + 1, args.end()}) ? 0 : 1;
    if (args.size() == 3 && args[0] == "jsonl")
        return answerFile(args[1], args[2]);
    if (args.size() == 3 && args[0] == "parse")
        return parseFile(args[1], args[2] == "valid");
    if (args.size() == 2 && args[0] == "format")
        return formatFile(args[1]);
    if (args.size() == 2 && args[0] == "query")
        return answerOne(args[1]);
    std::cerr << "usage: gatehouse-kql script FILE... | jsonl QUERIES RESULTS | parse QUERIES valid|invalid "
                 "| format QUERIES | query TEXT\n";
    return 2;
}
