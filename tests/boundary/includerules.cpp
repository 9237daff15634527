// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/boundary/includerules.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace gatehouse::boundary {

namespace {

using Folders = std::set<std::string>;

/// What each folder may include besides itself. A folder that is not named here is a violation by itself, so
/// that nobody adds one without giving it a place.
const std::map<std::string, Folders>& allowedFolders()
{
    static const std::map<std::string, Folders> allowed{
        {"core/base", {}},
        {"core/table", {"core/base"}},
        {"core/kql", {"core/base", "core/table"}},
        {"core/usage", {"core/base", "core/table", "core/kql"}},
        {"core/journal", {"core/base"}},
        {"core/gateway", {"core/base", "core/table", "core/kql"}},
        {"core/local", {"core/base", "core/table", "core/kql", "core/usage", "core/gateway"}},
        {"core/settings", {"core/base"}},
        {"core/http", {"core/base"}},
        {"core/auth", {"core/base", "core/http", "core/settings"}},
        {"core/azure",
         {"core/base", "core/table", "core/gateway", "core/http", "core/auth", "core/settings"}},
        {"core/report", {"core/base", "core/table", "core/usage"}},
        {"core/rag", {"core/base", "core/http", "core/auth", "core/settings"}},
        {"core/jobs",
         {"core/base", "core/table", "core/kql", "core/usage", "core/gateway", "core/settings", "core/http",
          "core/auth", "core/azure", "core/rag", "core/journal", "core/report"}},
        {"resources", {}},
        {"ui",
         {"core/base", "core/table", "core/kql", "core/usage", "core/gateway", "core/settings", "core/jobs",
          "core/journal", "core/rag", "core/report", "resources"}},
    };
    return allowed;
}

constexpr std::array<std::string_view, 7> StdFolders{
    "core/base", "core/table", "core/kql", "core/usage", "core/journal", "core/gateway", "core/local"};

/// "core/usage/report.h" → "core/usage", "ui/pages/x.h" → "ui".
std::string folderOf(const std::string& path)
{
    const std::size_t first = path.find('/');
    const std::string top = path.substr(0, first);
    if (top != "core" || first == std::string::npos)
        return top;
    return path.substr(0, path.find('/', first + 1));
}

bool isQt(const std::string& header)
{
    static const RE2 qt("(Q[A-Z][A-Za-z0-9]*(/.*)?|Qt[A-Z].*|q[a-z]+\\.h|qt6?keychain/.*)");
    return RE2::FullMatch(header, qt);
}

bool isWidgets(const std::string& header)
{
    static const RE2 widgets(
        "^Qt(Widgets|Charts|PrintSupport|SvgWidgets)(/.*)?$|^Q(Application|[A-Za-z]*Widget"
        "|Dialog|MainWindow|Label|PushButton|Chart[A-Za-z]*|StyledItemDelegate)$");
    return RE2::PartialMatch(header, widgets);
}

bool isPresenter(const std::string& path)
{
    return path.substr(path.rfind('/') + 1).find("presenter") != std::string::npos;
}

/// The headers of core/jobs that declare services and their values and what is worked out from those, and
/// construct nothing.
bool isAbstractService(const std::string& header)
{
    static const std::set<std::string> abstract{
        "core/jobs/services.h",    "core/jobs/changes.h",      "core/jobs/quotaboard.h",
        "core/jobs/quotadrafts.h", "core/jobs/routing.h",      "core/jobs/explain.h",
        "core/jobs/keys.h",        "core/jobs/changeeffect.h", "core/jobs/posture.h",
        "core/jobs/ask.h",         "core/jobs/servicefacts.h", "core/jobs/smokerun.h",
        "core/jobs/cost.h",        "core/jobs/smokerules.h"};
    return abstract.contains(header);
}

/// The headers of core/rag that hold values and texts made of them.
bool isRagValue(const std::string& header)
{
    static const std::set<std::string> values{"core/rag/values.h",        "core/rag/connect.h",
                                              "core/rag/conversation.h",  "core/rag/conversationstore.h",
                                              "core/rag/smoke/suite.h",   "core/rag/smoke/results.h",
                                              "core/rag/smoke/history.h", "core/rag/smoke/junit.h"};
    return values.contains(header);
}

class FileCheck
{
public:
    FileCheck(const SourceFile& file, std::vector<Violation>& out)
        : m_file(file)
        , m_folder(folderOf(file.path))
        , m_out(out)
    {}

    void run()
    {
        // The stripped code says which lines are includes at all; its literals are blank, so read the text
        // there.
        static const RE2 include(R"re(^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"])re");
        std::size_t start = 0;
        for (int line = 1; start < m_file.text.size(); ++line) {
            const std::size_t end = std::min(m_file.text.find('\n', start), m_file.text.size());
            const std::string text = m_file.text.substr(start, end - start);
            const bool isCode = m_file.code.substr(start, end - start).find("include") != std::string::npos;
            std::string header;
            if (isCode && RE2::PartialMatch(text, include, &header))
                check(line, header);
            start = end + 1;
        }
    }

private:
    void check(int line, const std::string& header)
    {
        const bool isStd = std::find(StdFolders.begin(), StdFolders.end(), m_folder) != StdFolders.end();
        if (isStd && isQt(header))
            add(line, "qt", "includes " + header + ", but this folder is C++ without Qt");
        if (isWidgets(header) && startsWith(m_file.path, "core"))
            add(line, "widgets", "includes " + header + ", but core never links widgets");
        if (isWidgets(header) && startsWith(m_file.path, "ui") && isPresenter(m_file.path))
            add(line, "widgets", "includes " + header + ", but a presenter knows no widget");
        if (header.find("..") != std::string::npos)
            add(line, "arrow", "includes " + header + "; name the folder instead of climbing out of one");
        checkArrow(line, header);
        if (m_folder == "ui" && startsWith(header, "core/jobs") && !isAbstractService(header))
            add(line, "services", "includes " + header + ", but only app constructs services");
        if (m_folder == "ui" && startsWith(header, "core/rag") && !isRagValue(header))
            add(line, "services", "includes " + header + ", but pages know a backend's values alone");
        if ((m_folder == "ui" || m_folder == "core/jobs") && startsWith(header, "core/kql") &&
            !startsWith(header, "core/kql/language"))
            add(line, "language", "includes " + header + ", but only KQL's language service is for editors");
    }

    void checkArrow(int line, const std::string& header)
    {
        const std::string target = folderOf(header);
        const bool ours = startsWith(header, "core") || startsWith(header, "ui") ||
                          startsWith(header, "app") || startsWith(header, "tests") ||
                          startsWith(header, "resources");
        if (!ours || m_folder == "app" || m_folder == "tests" || target == m_folder)
            return;
        const auto allowed = allowedFolders().find(m_folder);
        if (allowed == allowedFolders().end())
            add(line, "arrow", m_folder + " has no place among the layers");
        else if (allowed->second.count(target) == 0)
            add(line, "arrow", "includes " + header + ", but " + m_folder + " may not know " + target);
    }

    void add(int line, const char* rule, std::string what)
    {
        m_out.push_back({m_file.path + ":" + std::to_string(line), rule, std::move(what)});
    }

    const SourceFile& m_file;
    std::string m_folder;
    std::vector<Violation>& m_out;
};

} // namespace

std::vector<Violation> checkIncludes(const std::vector<SourceFile>& files)
{
    std::vector<Violation> violations;
    for (const SourceFile& file : files)
        FileCheck(file, violations).run();
    return violations;
}

} // namespace gatehouse::boundary
