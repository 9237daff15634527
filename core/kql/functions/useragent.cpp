// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/useragent.h"

#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <array>
#include <fstream>
#include <map>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

/// uap-core's rules are the ones that the service itself uses.
constexpr const char* RulesFile = "/usr/share/uap-core/regexes.yaml";

constexpr std::size_t MostParts = 5;
constexpr std::size_t LongestAgent = 4096; // longer ones cost too much and say no more

/// One rule: a pattern, and for each part of the answer a text with $1 … $9, or "" for the group that it is
/// by default.
struct Rule
{
    std::string pattern;
    bool ignoresCase = false;
    std::array<std::string, MostParts> replacements;
    std::unique_ptr<re2::RE2> regex;
};

enum class Kind : std::uint8_t { Browser, System, Device };
constexpr std::size_t Kinds = 3;

/// What a part is called in the rules.
constexpr std::array<std::array<std::string_view, MostParts>, Kinds> ReplacementNames = {
    {{"family_replacement", "v1_replacement", "v2_replacement", "v3_replacement", "-"},
     {"os_replacement", "os_v1_replacement", "os_v2_replacement", "os_v3_replacement", "os_v4_replacement"},
     {"device_replacement", "brand_replacement", "model_replacement", "-", "-"}}};
constexpr std::array<std::string_view, Kinds> SectionNames = {
    "user_agent_parsers:", "os_parsers:", "device_parsers:"};
constexpr std::array<std::string_view, Kinds> AnswerNames = {"Browser", "OperatingSystem", "Device"};
constexpr std::array<std::array<std::string_view, MostParts>, Kinds> PartNames = {
    {{"Family", "MajorVersion", "MinorVersion", "Patch", ""},
     {"Family", "MajorVersion", "MinorVersion", "Patch", "PatchMinor"},
     {"Family", "Brand", "Model", "", ""}}};

/// The text between the quotes of "key: 'text'", in which a quote is written twice.
std::string unquoted(std::string_view text)
{
    const std::size_t start = text.find_first_of("'\"");
    std::string result;
    if (start == std::string_view::npos)
        return result;
    const char quote = text[start];
    for (std::size_t i = start + 1; i < text.size(); ++i) {
        if (text[i] == quote && i + 1 < text.size() && text[i + 1] == quote)
            ++i;
        else if (text[i] == quote)
            break;
        result += text[i];
    }
    return result;
}

/// All rules of the system, compiled once in a process and then only read.
class Rules
{
public:
    Rules()
    {
        std::ifstream file(RulesFile);
        std::optional<std::size_t> kind;
        for (std::string line; std::getline(file, line);) {
            const std::size_t start = line.find_first_not_of(" -");
            if (start == std::string::npos || line[start] == '#')
                continue;
            const std::string_view text = std::string_view(line).substr(start);
            for (std::size_t i = 0; i < Kinds; ++i)
                kind = text.starts_with(SectionNames.at(i)) ? i : kind;
            if (kind)
                readField(text, m_rules.at(*kind), *kind);
        }
        for (auto& rules : m_rules)
            compile(rules);
    }

    [[nodiscard]] const std::vector<Rule>& of(std::size_t kind) const { return m_rules.at(kind); }

private:
    static void readField(std::string_view text, std::vector<Rule>& rules, std::size_t kind)
    {
        if (text.starts_with("regex:")) {
            rules.emplace_back().pattern = unquoted(text);
            return;
        }
        if (rules.empty())
            return;
        if (text.starts_with("regex_flag:"))
            rules.back().ignoresCase = unquoted(text) == "i";
        for (std::size_t i = 0; i < MostParts; ++i) {
            const std::string_view name = ReplacementNames.at(kind).at(i);
            if (text.starts_with(name) && text.substr(name.size()).starts_with(':'))
                rules.back().replacements.at(i) = unquoted(text);
        }
    }
    static void compile(std::vector<Rule>& rules)
    {
        re2::RE2::Options options(re2::RE2::Quiet);
        options.set_max_mem(2 << 20);
        for (Rule& rule : rules) {
            options.set_case_sensitive(!rule.ignoresCase);
            rule.regex = std::make_unique<re2::RE2>(rule.pattern, options);
        }
        std::erase_if(rules, [](const Rule& rule) { return !rule.regex->ok(); });
    }

    std::array<std::vector<Rule>, Kinds> m_rules;
};

const Rules& allRules()
{
    static const Rules rules;
    return rules;
}

std::string filledIn(const std::string& replacement, const std::vector<re2::StringPiece>& groups)
{
    std::string text;
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
        if (replacement[i] != '$' || next < '1' || next > '9') {
            text += replacement[i];
            continue;
        }
        const auto group = static_cast<std::size_t>(next - '0');
        if (group < groups.size() && groups[group].data() != nullptr)
            text.append(groups[group].data(), groups[group].size());
        ++i;
    }
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Which group a part is where its rule says nothing; a device's brand then stays empty.
std::string defaultFor(std::size_t kind, std::size_t part)
{
    if (kind != static_cast<std::size_t>(Kind::Device))
        return '$' + std::to_string(part + 1);
    return part == 1 ? "" : "$1";
}

std::string answerFor(std::size_t kind, std::string_view agent)
{
    std::array<std::string, MostParts> parts = {"Other"};
    for (const Rule& rule : allRules().of(kind)) {
        std::vector<re2::StringPiece> groups(static_cast<std::size_t>(rule.regex->NumberOfCapturingGroups()) +
                                             1);
        if (!rule.regex->Match({agent.data(), agent.size()}, 0, agent.size(), re2::RE2::UNANCHORED,
                               groups.data(), static_cast<int>(groups.size())))
            continue;
        for (std::size_t i = 0; i < MostParts; ++i)
            parts.at(i) = filledIn(
                rule.replacements.at(i).empty() ? defaultFor(kind, i) : rule.replacements.at(i), groups);
        break;
    }
    std::string json = "{";
    for (std::size_t i = 0; i < MostParts; ++i) {
        if (PartNames.at(kind).at(i).empty())
            continue;
        json += json.size() > 1 ? "," : "";
        appendJsonString(json, PartNames.at(kind).at(i));
        json += ':';
        appendJsonString(json, parts.at(i));
    }
    return json + '}';
}

/// A column holds few different agents, and an answer costs a thousand patterns.
const std::string& cachedAnswer(std::size_t kind, std::string_view agent)
{
    thread_local std::array<std::map<std::string, std::string, std::less<>>, Kinds> answers;
    constexpr std::size_t MostAnswers = 4096;
    auto& known = answers.at(kind);
    const auto found = known.find(agent);
    if (found != known.end())
        return found->second;
    if (known.size() >= MostAnswers)
        known.clear();
    return known.emplace(std::string(agent), answerFor(kind, agent)).first->second;
}

void appendAnswers(Column& out, std::string_view agent, const std::vector<std::string>& wanted)
{
    agent = agent.substr(0, LongestAgent);
    std::string json = "{";
    for (std::size_t kind = 0; kind < Kinds; ++kind) {
        constexpr std::array<std::string_view, Kinds> Asked = {"browser", "os", "device"};
        if (std::find(wanted.begin(), wanted.end(), Asked.at(kind)) == wanted.end())
            continue;
        json += json.size() > 1 ? "," : "";
        appendJsonString(json, AnswerNames.at(kind));
        json += ':' + cachedAnswer(kind, agent);
    }
    if (json.size() == 1)
        out.appendNull();
    else
        out.appendText(json + '}');
}

/// parse_user_agent(text, "browser") or with dynamic(["browser", "os", "device"])
void parseOne(Evaluation&, Args args, Column& out)
{
    appendAnswers(out, args[0].text, {std::string(args[1].text)});
}
void parseSeveral(Evaluation& evaluation, Args args, Column& out)
{
    std::vector<std::string> wanted;
    const auto list = args[1].null ? std::nullopt : evaluation.json().read(args[1].text);
    if (list && list->is_array()) {
        for (const auto item : simdjson::dom::array(*list)) {
            std::string_view text;
            if (item.get(text) == simdjson::SUCCESS)
                wanted.emplace_back(text);
        }
    }
    appendAnswers(out, args[0].text, wanted);
}

const std::array UserAgentFunctions = {
    FunctionSpec{"parse_user_agent", "ss", 'j', parseOne},
    FunctionSpec{"parse_user_agent", "sj", 'j', parseSeveral},
};

} // namespace

bool userAgentRulesExist()
{
    return std::ifstream(RulesFile).good();
}

std::span<const FunctionSpec> userAgentFunctions()
{
    return UserAgentFunctions;
}

} // namespace gatehouse::kql
