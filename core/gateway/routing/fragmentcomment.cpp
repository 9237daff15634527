// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/fragmentcomment.h"

#include "core/base/json.h"

namespace gatehouse::gateway {

namespace {

constexpr std::string_view Opening = "gatehouse:";

std::string body(const Json& json)
{
    std::string safe = " " + std::string(Opening) + " ";
    // Only JSON's strings can hold two hyphens or braces in a row here, and there an escape means the same.
    for (const char c : dumpJson(json)) {
        const char before = safe.back();
        if (c == '-' && before == '-')
            safe += "\\u002d";
        else if (c == '{' && before == '{')
            safe += "\\u007b";
        else if (static_cast<unsigned char>(c) == 0x7F)
            safe += "\\u007f";
        else
            safe += c;
    }
    // U+FFFE and U+FFFF are no characters of XML.
    for (const auto& [bytes, escape] : {std::pair{"\xEF\xBF\xBE", "\\ufffe"}, {"\xEF\xBF\xBF", "\\uffff"}}) {
        for (std::size_t at = safe.find(bytes); at != std::string::npos; at = safe.find(bytes, at))
            safe.replace(at, 3, escape);
    }
    return safe + " ";
}

Json matchJson(const RoutingMatch& match)
{
    Json json = Json::object();
    for (std::size_t i = 0; i < TextFields; ++i) {
        if (!match.accepted[i].empty())
            json[std::string(wireName(textField(i)))] = match.accepted[i];
    }
    if (match.budgetUsedAbove)
        json[std::string(wireName(RoutingField::BudgetUsed))] = *match.budgetUsedAbove;
    return json;
}

Json ruleJson(const RoutingRule& rule)
{
    Json json = {{"name", rule.name}, {"pool", rule.pool}, {"match", matchJson(rule.match)}};
    if (!rule.note.empty())
        json["note"] = rule.note;
    if (rule.downgrade) {
        json["downgrade"] = rule.downgrade->deployment;
        json["qualityAllows"] = rule.downgrade->qualityAllows;
    }
    return json;
}

/// What the writer would not have written is left out; the caller sees that by writing it again.
RoutingMatch matchFrom(const Json& json)
{
    RoutingMatch match;
    for (std::size_t i = 0; i < TextFields; ++i) {
        const Json& listed = memberAt(json, wireName(textField(i)));
        for (std::size_t at = 0; listed.is_array() && at < listed.size(); ++at) {
            if (listed[at].is_string())
                match.accepted[i].push_back(listed[at].get<std::string>());
        }
    }
    const std::int64_t percent = integerAt(json, wireName(RoutingField::BudgetUsed), -1);
    if (percent >= 0 && percent <= MaxBudgetPercent)
        match.budgetUsedAbove = static_cast<int>(percent);
    return match;
}

RoutingRule ruleFrom(const Json& json)
{
    RoutingRule rule;
    rule.name = textAt(json, "name");
    rule.pool = textAt(json, "pool");
    rule.note = textAt(json, "note");
    rule.match = matchFrom(memberAt(json, "match"));
    rule.enabled = false;
    if (memberAt(json, "downgrade").is_string())
        rule.downgrade = Downgrade{textAt(json, "downgrade"), boolAt(json, "qualityAllows")};
    return rule;
}

Json noteJson(const std::string& note, const std::string& downgrade)
{
    Json json = Json::object();
    if (!note.empty())
        json["note"] = note;
    if (!downgrade.empty())
        json["downgrade"] = downgrade;
    return json;
}

} // namespace

std::string ruleComment(const RoutingRule& rule)
{
    if (!rule.enabled)
        return body({{"rule", ruleJson(rule)}});
    const bool kept = rule.downgrade && !rule.downgrade->qualityAllows;
    const Json json = noteJson(rule.note, kept ? rule.downgrade->deployment : std::string{});
    return json.empty() ? std::string{} : body(json);
}

std::optional<RuleComment> readRuleComment(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || !text.substr(begin).starts_with(Opening))
        return std::nullopt;
    const auto json = parseJson(text.substr(begin + Opening.size()));
    if (!json || !json->is_object())
        return std::nullopt;
    RuleComment comment;
    if (memberAt(*json, "rule").is_object()) {
        comment.rule = ruleFrom(memberAt(*json, "rule"));
        if (*json != Json{{"rule", ruleJson(*comment.rule)}})
            return std::nullopt;
        return comment;
    }
    comment.note = textAt(*json, "note");
    comment.downgrade = textAt(*json, "downgrade");
    if (json->empty() || *json != noteJson(comment.note, comment.downgrade))
        return std::nullopt;
    return comment;
}

} // namespace gatehouse::gateway
