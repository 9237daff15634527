// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/boundary/banrules.h"

#include <re2/re2.h>

#include <algorithm>

namespace gatehouse::boundary {

namespace {

/// One banned pattern. It holds in the folders (or files) of `in`, except in those of `except`.
struct Ban
{
    std::string name;
    std::string pattern; ///< RE2
    std::string why;
    std::vector<std::string> in;
    std::vector<std::string> except;
};

const std::vector<std::string>& product()
{
    static const std::vector<std::string> folders{"core", "ui", "app"};
    return folders;
}

const std::vector<std::string>& everything()
{
    static const std::vector<std::string> folders{"core", "ui", "app", "tests"};
    return folders;
}

const std::vector<Ban>& bans()
{
    // The exceptions: the sleeper is the gateway's one place to wait; stack.cpp and filestorage.cpp wait for
    // another process; the server's sockets have deadlines that only the system's own clock can keep;
    // engine.cpp measures itself for the statistics; programs of tests/integration and tests/bench wait for
    // other processes.
    static const std::vector<Ban> table{
        {"settings",
         "\\bQSettings\\b",
         "a killed sync blocks the next start; use core/settings",
         everything(),
         {}},
        {"savefile", "\\bQSaveFile\\b", "it says yes on a full disk; use atomicWrite", everything(), {}},
        {"eventloop",
         "\\bQEventLoop\\b|\\bprocessEvents\\s*\\(",
         "nested event loops re-enter their caller",
         product(),
         {}},
        {"coroutine",
         "\\bco_(await|yield|return)\\b",
         "the oldest compiler in use miscompiles them",
         everything(),
         {}},
        {"tls", "\\bignoreSslErrors\\b", "a certificate that does not hold is refused", everything(), {}},
        {"keychain",
         "\\bsetInsecureFallback\\s*\\(\\s*true",
         "it writes secrets as plain text",
         everything(),
         {}},
        {"sleep",
         "\\bQTest::q(Wait|Sleep)\\s*\\(|\\bQThread::(sleep|msleep|usleep)\\s*\\("
         "|\\bthis_thread::sleep_(for|until)\\b|\\b(usleep|nanosleep)\\s*\\(",
         "time comes from the injected clock",
         everything(),
         {"core/local/gateway/sleeper.cpp", "core/local/stack.cpp", "core/journal/filestorage.cpp",
          "tests/integration", "tests/bench", "tests/interop", "tests/fuzz"}},
        {"clock",
         "\\bQDateTime::current[A-Za-z]+\\b|\\bQDate::currentDate\\b|\\bQTime::currentTime\\b"
         "|\\bsystem_clock::now\\b",
         "time comes from core/base's Clock",
         product(),
         {"core/base"}},
        {"stopwatch",
         "\\bsteady_clock::now\\b|\\bhigh_resolution_clock::now\\b|\\bQElapsedTimer\\b",
         "time comes from core/base's Clock",
         product(),
         {"core/base", "core/local/http", "core/local/stack.cpp", "core/kql/engine.cpp"}},
        {"json",
         "\\bJson::parse\\s*\\(|\\bjson::parse\\s*\\(|\\bQJsonDocument::fromJson\\b",
         "depth and size are bounded at one door, core/base/json",
         product(),
         {"core/base"}},
        {"toolproof",
         "\\bstd::(regex|views|ranges::views)\\b",
         "std::regex is exponential, std::views is invisible to the tools",
         product(),
         {}},
    };
    return table;
}

bool liesIn(const std::string& path, const std::vector<std::string>& folders)
{
    return std::any_of(folders.begin(), folders.end(),
                       [&path](const std::string& folder) { return startsWith(path, folder); });
}

/// The arguments of a call, split at the commas of its own level; at stands behind the opening parenthesis.
std::vector<std::string> argumentsAt(const std::string& code, std::size_t at)
{
    std::vector<std::string> arguments(1);
    for (int depth = 0; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '(' || c == '[' || c == '{')
            ++depth;
        if ((c == ')' || c == ']' || c == '}') && --depth < 0)
            return arguments;
        if (c == ',' && depth == 0)
            arguments.emplace_back();
        else if (std::isspace(static_cast<unsigned char>(c)) == 0 || !arguments.back().empty())
            arguments.back() += c;
    }
    return {};
}

/// The places in the code where the pattern matches, and what matched.
std::vector<std::pair<std::size_t, std::string>> findAll(const std::string& code, const RE2& pattern)
{
    std::vector<std::pair<std::size_t, std::string>> found;
    re2::StringPiece match;
    std::size_t at = 0;
    while (at <= code.size() && pattern.Match(code, at, code.size(), RE2::UNANCHORED, &match, 1)) {
        const auto start = static_cast<std::size_t>(match.data() - code.data());
        found.emplace_back(start, std::string(match.data(), match.size()));
        at = start + std::max<std::size_t>(match.size(), 1);
    }
    return found;
}

std::string placeOf(const SourceFile& file, std::size_t offset)
{
    return file.path + ":" + std::to_string(lineAt(file.code, offset));
}

/// connect(sender, signal, [] { … }) outlives whatever the lambda captured.
void checkConnects(const SourceFile& file, std::vector<Violation>& out)
{
    static const RE2 call("\\bconnect\\s*\\(");
    for (const auto& [start, text] : findAll(file.code, call)) {
        const auto arguments = argumentsAt(file.code, start + text.size());
        if (arguments.size() == 3 && arguments[2].starts_with('['))
            out.push_back({placeOf(file, start), "connect",
                           "connects a lambda without a context; name the object that it lives with"});
    }
}

} // namespace

std::vector<Violation> checkBans(const std::vector<SourceFile>& files)
{
    std::vector<Violation> violations;
    for (const Ban& ban : bans()) {
        const RE2 pattern(ban.pattern);
        for (const SourceFile& file : files) {
            if (!liesIn(file.path, ban.in) || liesIn(file.path, ban.except))
                continue;
            for (const auto& [start, text] : findAll(file.code, pattern))
                violations.push_back({placeOf(file, start), ban.name, text + ": " + ban.why});
        }
    }
    for (const SourceFile& file : files) {
        if (liesIn(file.path, product()))
            checkConnects(file, violations);
    }
    return violations;
}

std::vector<std::string> banNames()
{
    std::vector<std::string> names{"connect"};
    for (const Ban& ban : bans())
        names.push_back(ban.name);
    return names;
}

} // namespace gatehouse::boundary
