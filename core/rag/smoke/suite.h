// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/rag/smoke/assertions.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::rag::smoke {

struct Case
{
    std::string name; ///< of its own in the suite
    std::string question;
    std::vector<Assertion> assertions; ///< one or more
};

/// What a suite file says:
///
///   name: Staff handbook                  # default: the file's name
///   documents: [handbook.pdf]             # relative to the file; uploaded before the first question
///   pool: aoai-pool                       # each member is asked, the primary first; or
///   backends: [aoai-eastus, aoai-westus]  # these; neither: whoever the gateway chooses
///   deployment: gpt-4o                    # default: the backend's own
///   repeat: 1                             # how often each question is asked
///   maxParallel: 3                        # questions at the same time
///   cases:
///     - name: notice period               # default: the question
///       question: How long is the notice period?
///       expect:
///         - contains: three months        # letter case does not count; {text: …, case: true}: it does
///         - citesPage: 4                  # {document: handbook.pdf, page: 4}
///
/// Keys are read without regard to letter case, spaces, "_" and "-". What is not known is an error.
struct Suite
{
    static constexpr std::size_t MaxCases = 200;
    static constexpr std::size_t MaxDocuments = 20;
    static constexpr std::size_t MaxBackends = 10;
    static constexpr std::size_t MaxAssertions = 50; ///< of a case
    static constexpr int MaxRepeat = 10;
    static constexpr int MaxParallel = 3;
    static constexpr std::size_t MaxAsks = 2'000; ///< cases × backends × repeat

    std::string name;
    std::vector<std::string> documents; ///< as written
    std::vector<std::string> backends;
    std::string pool; ///< never beside backends
    std::string deployment;
    int repeat = 1;
    int maxParallel = MaxParallel;
    std::vector<Case> cases; ///< one or more
};

/// InvalidInput with line and column of the first thing that is wrong. fallbackName: for a suite without one.
[[nodiscard]] Result<Suite> readSuite(std::string_view text, const std::string& fallbackName);

/// The same from a file of at most 1 MiB.
[[nodiscard]] Result<Suite> loadSuite(const std::string& path);

/// Where the suite's documents lie, in its order. A suite may come from anywhere, and what it names is sent
/// to the backend, so a document must lie, once links are followed, in the suite's own folder or in one of
/// the folders that the user named, and in no hidden folder of these. InvalidInput names the one that does
/// not, NotFound the one that is not there.
[[nodiscard]] Result<std::vector<std::string>> documentPaths(const Suite& suite, const std::string& suitePath,
                                                             const std::vector<std::string>& folders);

} // namespace gatehouse::rag::smoke
