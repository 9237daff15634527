// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/promptscreen.h"

#include "core/base/json.h"
#include "injectionphrases.h" // made from injectionphrases.txt

#include <algorithm>
#include <string>
#include <vector>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxBody = 64U << 20U;

bool isWord(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Lower case, words set apart by one blank. Bytes beyond ASCII fall out: they are either characters that
/// cannot be seen, put between letters to hide a phrase, or of a language that the list does not hold.
std::string normalised(std::string_view utf8)
{
    std::string text;
    text.reserve(utf8.size() + 2);
    text += ' ';
    for (const char each : utf8) {
        auto c = static_cast<unsigned char>(each);
        if (c >= 'A' && c <= 'Z')
            c = static_cast<unsigned char>(c - 'A' + 'a');
        if (isWord(c))
            text += static_cast<char>(c);
        else if (c < 0x80U && c != '\'' && text.back() != ' ')
            text += ' ';
    }
    if (text.back() != ' ')
        text += ' ';
    return text;
}

/// Each with a blank at both ends, so that whole words are compared.
std::vector<std::string> readPhrases()
{
    std::vector<std::string> phrases;
    std::string_view rest = InjectionPhrases;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        if (!line.empty() && line.front() != '#')
            phrases.push_back(normalised(line));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return phrases;
}

/// Every text below a value, those of parts with them.
void gather(const Json& value, std::string& text)
{
    if (value.is_string()) {
        text += value.get_ref<const std::string&>();
        text += '\n';
    } else if (value.is_array()) {
        for (const Json& each : value)
            gather(each.is_object() ? memberAt(each, "text") : each, text);
    }
}

} // namespace

bool holdsInjectionPhrase(std::string_view utf8)
{
    static const std::vector<std::string> phrases = readPhrases();
    const std::string text = normalised(utf8);
    return std::ranges::any_of(
        phrases, [&text](const std::string& phrase) { return text.find(phrase) != std::string::npos; });
}

bool holdsInjection(Operation operation, std::string_view body)
{
    const auto json = parseJson(body, MaxBody);
    if (!json)
        return false;
    std::string text;
    if (operation == Operation::Embeddings) {
        gather(memberAt(*json, "input"), text);
    } else {
        for (const Json& message : memberAt(*json, "messages"))
            gather(memberAt(message, "content"), text);
    }
    return holdsInjectionPhrase(text);
}

} // namespace gatehouse::local
