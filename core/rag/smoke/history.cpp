// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/history.h"

#include "core/base/encoding.h"
#include "core/base/files.h"
#include "core/base/json.h"

#include <algorithm>
#include <fcntl.h>
#include <map>
#include <sys/file.h>
#include <unistd.h>

namespace gatehouse::rag::smoke {

namespace {

constexpr int CurrentVersion = 1;
constexpr std::size_t MaxNameBytes = 60;
constexpr std::size_t MaxLineBytes = 4U << 20U;

/// Holds the directory for one process; released on every way out.
class DirectoryLock
{
public:
    explicit DirectoryLock(const std::string& path)
        : m_fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    {
        while (m_fd >= 0 && ::flock(m_fd, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    ~DirectoryLock()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }

private:
    int m_fd;
};

/// FNV-1a, so that suites whose names make the same file name have files of their own.
std::string fingerprint(const std::string& text)
{
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>((hash >> static_cast<unsigned>(shift)) & 0xFFU);
    return toHex(bytes);
}

std::string fileNameOf(const std::string& suite)
{
    std::string name = toLower(suite.substr(0, MaxNameBytes));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'); },
        '-');
    return (name == suite ? name : name + "-" + fingerprint(suite)) + ".jsonl";
}

Json toJson(const CaseResult& result)
{
    Json json{{"case", result.name},
              {"backend", result.backend},
              {"round", result.round},
              {"outcome", nameOf(result.outcome)},
              {"ms", result.total.count()}};
    if (!result.why.empty())
        json["why"] = result.why;
    if (!result.answeredBy.empty())
        json["answeredBy"] = result.answeredBy;
    if (result.firstToken)
        json["firstMs"] = result.firstToken->count();
    if (result.usage.source != TokenUsage::Source::Unknown)
        json["tokens"] = result.usage.prompt + result.usage.completion;
    return json;
}

std::string lineOf(const Run& run)
{
    Json results = Json::array();
    for (const CaseResult& result : run.results)
        results.push_back(toJson(result));
    return dumpJson({{"version", CurrentVersion},
                     {"at", formatDateTime(run.at)},
                     {"suite", run.suite},
                     {"profile", run.profile},
                     {"backends", run.backends},
                     {"results", std::move(results)}});
}

std::optional<CaseResult> resultFrom(const Json& json)
{
    const std::string outcome = textAt(json, "outcome");
    CaseResult result;
    bool known = false;
    for (const Outcome one : {Outcome::Passed, Outcome::Unknown, Outcome::Broken, Outcome::Failed}) {
        if (nameOf(one) == outcome) {
            result.outcome = one;
            known = true;
        }
    }
    result.name = textAt(json, "case");
    if (!known || result.name.empty())
        return std::nullopt;
    result.backend = textAt(json, "backend");
    result.round = static_cast<int>(integerAt(json, "round", 1));
    result.why = textAt(json, "why");
    result.answeredBy = textAt(json, "answeredBy");
    result.total = std::chrono::milliseconds(integerAt(json, "ms"));
    if (json.contains("firstMs"))
        result.firstToken = std::chrono::milliseconds(integerAt(json, "firstMs"));
    return result;
}

/// A line is a run, damaged, or of a newer program.
struct Line
{
    std::optional<Run> run;
    bool newer = false;
};

Line lineFrom(std::string_view text)
{
    Line line;
    const auto json = parseJson(text, MaxLineBytes);
    if (!json || !json->is_object())
        return line;
    line.newer = integerAt(*json, "version") > CurrentVersion;
    const auto at = parseDateTime(textAt(*json, "at"));
    const Json& results = memberAt(*json, "results");
    const Json& backends = memberAt(*json, "backends");
    if (line.newer || integerAt(*json, "version") != CurrentVersion || !at || !results.is_array() ||
        !backends.is_array())
        return line;
    Run run;
    run.at = *at;
    run.suite = textAt(*json, "suite");
    run.profile = textAt(*json, "profile");
    for (const Json& backend : backends) {
        if (!backend.is_string())
            return line;
        run.backends.push_back(backend.get<std::string>());
    }
    for (const Json& item : results) {
        auto result = resultFrom(item);
        if (!result)
            return line;
        run.results.push_back(std::move(*result));
    }
    line.run = std::move(run);
    return line;
}

/// What a file holds: the lines that are whole, and whether others were among them.
struct Lines
{
    std::vector<std::string> texts;
    std::vector<Run> runs;
    bool damaged = false;
    bool newer = false;
};

Lines linesOf(std::string_view bytes)
{
    Lines lines;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view text = bytes.substr(0, end);
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        Line line = lineFrom(text);
        lines.newer = lines.newer || line.newer;
        lines.damaged = lines.damaged || (!line.run && !line.newer);
        if (line.run) {
            lines.texts.emplace_back(text);
            lines.runs.push_back(std::move(*line.run));
        }
    }
    return lines;
}

/// The newest lines that fit.
std::string joined(const std::vector<std::string>& lines)
{
    std::size_t first = lines.size();
    std::size_t bytes = 0;
    while (first > 0 && lines.size() - first < History::MaxRuns &&
           (first == lines.size() || bytes + lines[first - 1].size() + 1 <= History::MaxBytes))
        bytes += lines[--first].size() + 1;
    std::string text;
    text.reserve(bytes);
    for (; first < lines.size(); ++first)
        text += lines[first] + "\n";
    return text;
}

struct Opened
{
    Lines lines;
    std::string setAside;
};

/// The file as it is to go on from. A damaged one is put aside, and what is whole of it stays.
Result<Opened> open(const std::string& path)
{
    Opened opened;
    const auto bytes = readFile(path, 2 * History::MaxBytes);
    if (!bytes && bytes.error().kind == Error::Kind::NotFound)
        return opened;
    if (bytes)
        opened.lines = linesOf(*bytes);
    else if (bytes.error().kind != Error::Kind::InvalidInput)
        return fail(bytes.error());
    if (opened.lines.newer)
        return fail(Error::Kind::Storage, "The history of the suite was written by a newer version.",
                    "Use that version, or move " + path + " away.");
    if (bytes && !opened.lines.damaged)
        return opened;
    auto aside = setAside(path);
    if (!aside)
        return fail(aside.error());
    opened.setAside = std::move(*aside);
    if (const Status written = atomicWrite(path, joined(opened.lines.texts)); !written)
        return fail(written.error());
    return opened;
}

} // namespace

std::vector<CaseHistory> caseHistories(const std::vector<Run>& runs)
{
    std::vector<CaseHistory> all;
    std::map<std::pair<std::string, std::string>, std::size_t> known;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        for (const Cell& cell : cells(*run)) {
            const auto place = known.emplace(std::pair(cell.name, cell.backend), all.size());
            if (place.second)
                all.push_back({cell.name, cell.backend, {}, {}, 0});
            CaseHistory& history = all[place.first->second];
            const Outcome outcome = cell.worst->outcome;
            if (!history.outcomes.empty() &&
                (history.outcomes.back() == Outcome::Passed) != (outcome == Outcome::Passed))
                ++history.changes;
            history.tally.add(outcome);
            history.outcomes.push_back(outcome);
        }
    }
    for (CaseHistory& history : all)
        std::reverse(history.outcomes.begin(), history.outcomes.end());
    return all;
}

History::History(const std::string& dataDirectory)
    : m_directory(dataDirectory + "/smoke")
{}

std::string History::pathOf(const std::string& suite) const
{
    return m_directory + "/" + fileNameOf(suite);
}

Result<History::Past> History::load(const std::string& suite) const
{
    const DirectoryLock lock(m_directory);
    auto opened = open(pathOf(suite));
    if (!opened)
        return fail(opened.error());
    return Past{std::move(opened->lines.runs), std::move(opened->setAside)};
}

Status History::append(const Run& run) const
{
    if (Status made = makeDirectory(m_directory); !made)
        return made;
    const DirectoryLock lock(m_directory);
    const std::string path = pathOf(run.suite);
    auto opened = open(path);
    if (!opened)
        return fail(opened.error());
    opened->lines.texts.push_back(lineOf(run));
    return atomicWrite(path, joined(opened->lines.texts));
}

} // namespace gatehouse::rag::smoke
