// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/suite.h"

#include "core/base/encoding.h"
#include "core/base/files.h"
#include "core/rag/smoke/quote.h"
#include "core/rag/smoke/suitereader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace gatehouse::rag::smoke {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t MaxName = 200;
constexpr std::size_t MaxPath = 1'000;
constexpr std::size_t MaxQuestion = 32'000; // bytes; the contract's characters are no fewer
constexpr std::size_t NameFromQuestion = 80;

/// The reader of the whole file.
class SuiteReader final : public AssertionReader
{
public:
    Suite read(const Node& root, const std::string& fallbackName)
    {
        Suite suite;
        suite.name = fallbackName;
        if (!isMap(root, "suite"))
            return suite;
        Case alone;
        bool hasCases = false;
        for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
            const std::string_view key = known(root.items[i], "key of a suite", SuiteKeys);
            const Node& value = root.items[i + 1];
            if (isOneOf(key, {"cases", "questions", "tests"}))
                hasCases = readCases(value, suite.cases);
            else if (!readCaseKey(key, value, alone))
                readSuiteKey(key, value, suite);
        }
        const bool single = !alone.question.empty() || !alone.assertions.empty();
        if (single && hasCases)
            report(root, "The suite has cases and a question of its own.",
                   "Make the question one of the cases.");
        if (single)
            addCase(root, std::move(alone), suite.cases);
        checkWhole(root, suite);
        return suite;
    }

private:
    static constexpr std::array<std::string_view, 15> SuiteKeys{
        "name",  "documents", "document", "backends", "pool",   "deployment", "repeat", "maxParallel",
        "cases", "questions", "tests",    "question", "expect", "assertions", "assert"};
    static constexpr std::array<std::string_view, 5> CaseKeys{"name", "question", "expect", "assertions",
                                                              "assert"};

    static bool isOneOf(std::string_view key, std::initializer_list<std::string_view> names)
    {
        return std::find(names.begin(), names.end(), key) != names.end();
    }

    void readSuiteKey(std::string_view key, const Node& value, Suite& suite)
    {
        if (key == "name")
            suite.name = text(value, "name", MaxName);
        else if (key == "documents" || key == "document")
            suite.documents = texts(value, "document", MaxPath, Suite::MaxDocuments);
        else if (key == "backends")
            suite.backends = texts(value, "backend", MaxName, Suite::MaxBackends);
        else if (key == "pool")
            suite.pool = text(value, "pool", MaxName);
        else if (key == "deployment")
            suite.deployment = text(value, "deployment", MaxName);
        else if (key == "repeat")
            suite.repeat = static_cast<int>(number(value, "repeat", 1, Suite::MaxRepeat));
        else if (key == "maxParallel")
            suite.maxParallel = static_cast<int>(number(value, "maxParallel", 1, Suite::MaxParallel));
        if (key == "backends" && !suite.pool.empty())
            report(value, "The suite names backends and a pool.", "Keep one of them.");
        if (key == "pool" && !suite.backends.empty())
            report(value, "The suite names backends and a pool.", "Keep one of them.");
    }

    bool readCaseKey(std::string_view key, const Node& value, Case& to)
    {
        if (key == "question")
            to.question = text(value, "question", MaxQuestion, true);
        else if (isOneOf(key, {"expect", "assertions", "assert"}))
            to.assertions = assertions(value);
        else
            return false;
        return true;
    }

    bool readCases(const Node& list, std::vector<Case>& to)
    {
        if (list.type != Node::Type::List || list.items.empty())
            report(list, "The suite has no cases.", "Write a list of questions with what must hold.");
        if (list.items.size() > Suite::MaxCases)
            report(list, "The suite has more than " + std::to_string(Suite::MaxCases) + " cases.");
        for (const Node& item : list.items) {
            if (!isMap(item, "case") || problem())
                break;
            Case one;
            for (std::size_t i = 0; i + 1 < item.items.size(); i += 2) {
                const std::string_view key = known(item.items[i], "key of a case", CaseKeys);
                if (key == "name")
                    one.name = text(item.items[i + 1], "name", MaxName);
                else
                    readCaseKey(key, item.items[i + 1], one);
            }
            addCase(item, std::move(one), to);
        }
        return true;
    }

    void addCase(const Node& place, Case one, std::vector<Case>& to)
    {
        if (one.question.empty())
            report(place, "The case has no question.");
        if (one.assertions.empty())
            report(place, "The case asserts nothing.", "Say under “expect” what must hold of the answer.");
        if (one.name.empty())
            one.name = oneLine(one.question, NameFromQuestion);
        if (!m_names.insert(one.name).second)
            report(place, "Two cases are called " + inQuotes(one.name) + ".", "Give each a name of its own.");
        to.push_back(std::move(one));
    }

    /// One text or a list of different ones.
    std::vector<std::string> texts(const Node& node, const std::string& what, std::size_t maxBytes,
                                   std::size_t most)
    {
        std::vector<std::string> all;
        if (node.type != Node::Type::List)
            return {text(node, what, maxBytes)};
        if (node.items.size() > most)
            report(node, "There are more than " + std::to_string(most) + " " + what + "s.");
        for (const Node& item : node.items) {
            all.push_back(text(item, what, maxBytes));
            if (std::find(all.begin(), all.end() - 1, all.back()) != all.end() - 1)
                report(item, "The " + what + " " + inQuotes(all.back()) + " stands here twice.");
        }
        return all;
    }

    void checkWhole(const Node& root, const Suite& suite)
    {
        if (suite.cases.empty())
            report(root, "The suite has no cases.", "Write a list of questions with what must hold.");
        if (suite.cases.size() * std::max<std::size_t>(suite.backends.size(), 1) *
                static_cast<std::size_t>(suite.repeat) >
            Suite::MaxAsks)
            report(root, "The suite asks more than " + std::to_string(Suite::MaxAsks) + " times.",
                   "Repeat it less, or make two suites of it.");
    }

    std::set<std::string> m_names;
};

bool liesIn(const fs::path& path, const fs::path& folder)
{
    const fs::path below = path.lexically_relative(folder);
    if (below.empty() || *below.begin() == "..")
        return false;
    return std::none_of(below.begin(), below.end(),
                        [](const fs::path& step) { return step.native().starts_with('.'); });
}

} // namespace

Result<Suite> readSuite(std::string_view text, const std::string& fallbackName)
{
    const auto tree = readTree(text);
    if (!tree)
        return fail(tree.error());
    SuiteReader reader;
    Suite suite = reader.read(*tree, fallbackName);
    if (reader.problem())
        return fail(*reader.problem());
    return suite;
}

Result<Suite> loadSuite(const std::string& path)
{
    const auto text = readFile(path, MaxTreeBytes);
    auto suite = text ? readSuite(*text, fs::path(path).stem().string()) : fail(text.error());
    if (suite)
        return suite;
    Error error = suite.error();
    error.kind = Error::Kind::InvalidInput; // a suite that is not there is a wrong argument too
    error.message = "The suite " + inQuotes(path) + " cannot be used: " + error.message;
    return fail(std::move(error));
}

Result<std::vector<std::string>> documentPaths(const Suite& suite, const std::string& suitePath,
                                               const std::vector<std::string>& folders)
{
    std::error_code failed;
    const fs::path home = fs::absolute(suitePath, failed).parent_path();
    std::vector<fs::path> roots{fs::weakly_canonical(home, failed)};
    for (const std::string& folder : folders)
        roots.push_back(fs::weakly_canonical(fs::absolute(folder, failed), failed));
    std::vector<std::string> paths;
    for (const std::string& document : suite.documents) {
        const fs::path path = fs::canonical(home / document, failed); // an absolute document stays one
        if (failed)
            return fail(Error::Kind::NotFound, "The document " + inQuotes(document) + " is not there.",
                        "Documents are named relative to the suite's folder.");
        if (std::none_of(roots.begin(), roots.end(),
                         [&](const fs::path& root) { return liesIn(path, root); }))
            return fail(Error::Kind::InvalidInput,
                        "The document " + inQuotes(document) + " lies outside of the suite's folder.",
                        "Put it there, or name its folder with --documents.");
        if (std::find(paths.begin(), paths.end(), path.string()) == paths.end())
            paths.push_back(path.string());
    }
    return paths;
}

} // namespace gatehouse::rag::smoke
