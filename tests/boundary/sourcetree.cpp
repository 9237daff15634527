// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/boundary/sourcetree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace gatehouse::boundary {

namespace {

/// Walks over C++ text and blanks what is no code.
class Stripper
{
public:
    explicit Stripper(std::string_view text)
        : m_text(text)
        , m_out(text)
    {}

    std::string run()
    {
        while (m_at < m_text.size()) {
            if (m_text.substr(m_at, 2) == "//")
                blankUntil(m_text.find('\n', m_at), 0);
            else if (m_text.substr(m_at, 2) == "/*")
                blankUntil(m_text.find("*/", m_at + 2), 2);
            else if (m_text.substr(m_at, 2) == "R\"")
                rawString();
            else if (m_text[m_at] == '"' || (m_text[m_at] == '\'' && !inNumber()))
                literal(m_text[m_at]);
            else
                ++m_at;
        }
        return std::move(m_out);
    }

private:
    /// 10'000 is no character literal.
    [[nodiscard]] bool inNumber() const
    {
        return m_at > 0 && std::isxdigit(static_cast<unsigned char>(m_text[m_at - 1])) != 0;
    }

    void blankUntil(std::size_t end, std::size_t markLength)
    {
        end = end == std::string_view::npos ? m_text.size() : end + markLength;
        for (; m_at < end; ++m_at) {
            if (m_text[m_at] != '\n')
                m_out[m_at] = ' ';
        }
    }

    void literal(char quote)
    {
        std::size_t end = m_at + 1;
        while (end < m_text.size() && m_text[end] != quote && m_text[end] != '\n')
            end += m_text[end] == '\\' ? 2 : 1;
        ++m_at;
        blankUntil(std::min(end, m_text.size()), 0);
        ++m_at;
    }

    void rawString()
    {
        const std::size_t open = m_text.find('(', m_at);
        if (open == std::string_view::npos) {
            m_at = m_text.size();
            return;
        }
        std::string close(1, ')');
        close.append(m_text.substr(m_at + 2, open - m_at - 2)).push_back('"');
        blankUntil(m_text.find(close, open), close.size());
    }

    std::string_view m_text;
    std::string m_out;
    std::size_t m_at = 0;
};

} // namespace

std::vector<SourceFile> readSources(const std::string& root, const std::vector<std::string>& folders)
{
    namespace fs = std::filesystem;
    std::vector<SourceFile> files;
    for (const std::string& folder : folders) {
        const fs::path top = fs::path(root) / folder;
        if (!fs::exists(top))
            continue;
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(top)) {
            const std::string extension = entry.path().extension().string();
            if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp"))
                continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            SourceFile file{fs::relative(entry.path(), root).generic_string(),
                            std::string(std::istreambuf_iterator<char>(stream), {}),
                            {}};
            file.code = stripped(file.text);
            files.push_back(std::move(file));
        }
    }
    std::sort(files.begin(), files.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return files;
}

std::string stripped(std::string_view text)
{
    return Stripper(text).run();
}

int lineAt(std::string_view text, std::size_t offset)
{
    return 1 + static_cast<int>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

bool startsWith(std::string_view path, std::string_view folder)
{
    return path.substr(0, folder.size()) == folder &&
           (path.size() == folder.size() || folder.empty() || path[folder.size()] == '/');
}

std::string describe(const std::vector<Violation>& violations)
{
    std::string text;
    for (const Violation& violation : violations)
        text += "\n  " + violation.where + " [" + violation.rule + "] " + violation.what;
    return text;
}

} // namespace gatehouse::boundary
