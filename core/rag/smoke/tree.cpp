// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/tree.h"

#include "core/base/utf8.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <sstream>

namespace gatehouse::rag::smoke {

namespace {

/// Leaves yaml-cpp's parser; caught in readTree.
struct Refused
{
    Error error;
};

[[noreturn]] void refuse(int line, int column, std::string message, std::string advice = {})
{
    Node place;
    place.line = line;
    place.column = column;
    throw Refused{problemAt(place, std::move(message), std::move(advice))};
}

/// A long text counts as several values, or aliases of one would fill the memory.
std::size_t weightOf(const std::string& text)
{
    constexpr std::size_t Bytes = 256;
    return 1 + text.size() / Bytes;
}

std::size_t sizeOf(const Node& node)
{
    std::size_t count = weightOf(node.text);
    for (const Node& item : node.items)
        count += sizeOf(item);
    return count;
}

int depthOf(const Node& node)
{
    int deepest = 0;
    for (const Node& item : node.items)
        deepest = std::max(deepest, depthOf(item));
    return deepest + 1;
}

/// Builds the tree from the parser's events, so that a document over the limits is left where it passes them.
class Builder final : public YAML::EventHandler
{
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        add(nodeAt(mark, Node::Type::Null), anchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        checkTag(mark, tag);
        Node node = nodeAt(mark, Node::Type::Scalar);
        node.plain = tag == "?";
        node.text = value;
        if (node.plain &&
            (value.empty() || value == "~" || value == "null" || value == "Null" || value == "NULL"))
            node = nodeAt(mark, Node::Type::Null);
        add(std::move(node), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto found = m_anchors.find(anchor);
        if (found == m_anchors.end())
            refuse(mark.line + 1, mark.column + 1, "The alias stands within what it refers to.");
        count(mark, sizeOf(found->second));
        if (static_cast<int>(m_open.size()) + depthOf(found->second) > MaxTreeDepth)
            tooDeep(mark);
        place(found->second);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, Node::Type::List);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, Node::Type::Map);
    }
    void OnMapEnd() override { close(); }

    [[nodiscard]] std::optional<Node>& root() { return m_root; }

private:
    struct Open
    {
        Node node;
        YAML::anchor_t anchor = 0;
        std::set<std::string> keys;
    };

    static Node nodeAt(const YAML::Mark& mark, Node::Type type)
    {
        Node node;
        node.type = type;
        node.line = mark.line + 1;
        node.column = mark.column + 1;
        return node;
    }
    static void tooDeep(const YAML::Mark& mark)
    {
        refuse(mark.line + 1, mark.column + 1,
               "It is nested deeper than " + std::to_string(MaxTreeDepth) + " levels.");
    }
    static void checkTag(const YAML::Mark& mark, const std::string& tag)
    {
        static const std::set<std::string> plain{
            "", "?", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"};
        if (!plain.contains(tag))
            refuse(mark.line + 1, mark.column + 1, "The tag “" + tag + "” is not understood.",
                   "Leave tags out; quotes make a text of a number.");
    }
    void count(const YAML::Mark& mark, std::size_t nodes)
    {
        m_count += nodes;
        if (m_count > MaxTreeNodes)
            refuse(mark.line + 1, mark.column + 1,
                   "It holds more than " + std::to_string(MaxTreeNodes) + " values.",
                   "Aliases count as what they stand for.");
    }
    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Type type)
    {
        checkTag(mark, tag);
        count(mark, 1);
        if (static_cast<int>(m_open.size()) >= MaxTreeDepth)
            tooDeep(mark);
        m_open.push_back({nodeAt(mark, type), anchor, {}});
    }
    void close()
    {
        Open done = std::move(m_open.back());
        m_open.pop_back();
        if (done.anchor != 0)
            m_anchors[done.anchor] = done.node;
        place(std::move(done.node));
    }
    void add(Node node, YAML::anchor_t anchor)
    {
        YAML::Mark mark;
        mark.line = node.line - 1;
        mark.column = node.column - 1;
        count(mark, weightOf(node.text));
        if (anchor != 0)
            m_anchors[anchor] = node;
        place(std::move(node));
    }
    void place(Node node)
    {
        if (m_open.empty()) {
            m_root = std::move(node);
            return;
        }
        Open& parent = m_open.back();
        const bool isKey = parent.node.type == Node::Type::Map && parent.node.items.size() % 2 == 0;
        if (isKey && node.type != Node::Type::Scalar)
            refuse(node.line, node.column, "A key is a text.", "Write key: value.");
        if (isKey && !parent.keys.insert(node.text).second)
            refuse(node.line, node.column, "“" + node.text.substr(0, 80) + "” stands here twice.",
                   "Remove one of them.");
        parent.node.items.push_back(std::move(node));
    }

    std::vector<Open> m_open;
    std::map<YAML::anchor_t, Node> m_anchors;
    std::optional<Node> m_root;
    std::size_t m_count = 0;
};

/// The value of four hex digits at the position; -1 when they are none.
int hexAt(std::string_view text, std::size_t at)
{
    int value = -1;
    if (at + 4 <= text.size()) {
        const char* const end = text.data() + at + 4;
        if (std::from_chars(text.data() + at, end, value, 16).ptr != end)
            return -1;
    }
    return value;
}

/// JSON writes characters beyond U+FFFF as two escapes, which YAML does not know: they become the character.
std::string withoutSurrogates(std::string_view json)
{
    constexpr std::size_t Escape = 6; // \uXXXX
    std::string out;
    out.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] != '\\' || i + 1 == json.size()) {
            out += json[i];
            continue;
        }
        const int high = json[i + 1] == 'u' ? hexAt(json, i + 2) : -1;
        const bool pair = high >= 0xD800 && high < 0xDC00 && json.substr(i + Escape, 2) == "\\u";
        const int low = pair ? hexAt(json, i + Escape + 2) : -1;
        if (low < 0xDC00 || low > 0xDFFF) {
            out += json[i];
            out += json[++i];
            continue;
        }
        const auto point = static_cast<unsigned>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        out += static_cast<char>(0xF0U | (point >> 18U));
        out += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (point & 0x3FU));
        i += 2 * Escape - 1;
    }
    return out;
}

/// The first byte that no text holds.
std::optional<Error> unreadable(std::string_view text)
{
    if (text.size() > MaxTreeBytes)
        return fail(Error::Kind::InvalidInput, "It is larger than 1 MiB.").value();
    if (!isValidUtf8(text))
        return fail(Error::Kind::InvalidInput, "It is no UTF-8 text.", "Save it as UTF-8.").value();
    Node place;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r')
            return problemAt(place, "A control character stands here.");
        place.column = c == '\n' ? 1 : place.column + 1;
        place.line += c == '\n' ? 1 : 0;
    }
    return std::nullopt;
}

std::string explained(const std::string& problem)
{
    if (problem == YAML::ErrorMsg::BAD_FILE)
        return "It is nested too deeply.";
    if (problem == YAML::ErrorMsg::DOC_IN_SCALAR)
        return "It is no YAML: a quote is not closed.";
    return "It is no YAML: " + problem + ".";
}

Json numberOf(const std::string& text)
{
    const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto read = std::from_chars(begin, end, whole); read.ec == std::errc() && read.ptr == end)
        return whole;
    double number = 0;
    const auto read = std::from_chars(begin, end, number);
    const bool digit = text.find_first_of("0123456789") != std::string::npos; // from_chars reads "inf"
    if (read.ec == std::errc() && read.ptr == end && digit)
        return number;
    return text;
}

} // namespace

Error problemAt(const Node& node, std::string message, std::string advice)
{
    Error error = fail(Error::Kind::InvalidInput, std::move(message), std::move(advice)).value();
    error.position = TextPosition{0, 1, node.line, node.column};
    return error;
}

Result<Node> readTree(std::string_view text)
{
    if (const auto problem = unreadable(text))
        return fail(*problem);
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    const bool json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    try {
        std::string source = json ? withoutSurrogates(text) : std::string(text);
        // yaml-cpp takes the end of the text for a quote's; the end of a document it does not.
        source += source.ends_with('\n') ? "...\n" : "\n...\n";
        std::istringstream stream(source);
        YAML::Parser parser(stream);
        Builder builder;
        if (!parser.HandleNextDocument(builder) || !builder.root() ||
            builder.root()->type == Node::Type::Null)
            return fail(Error::Kind::InvalidInput, "It is empty.");
        Builder second;
        if (parser.HandleNextDocument(second))
            return fail(second.root() ? problemAt(*second.root(), "A second document begins here.",
                                                  "Put each suite into a file of its own.")
                                      : fail(Error::Kind::InvalidInput, "It holds two documents.").value());
        return std::move(*builder.root());
    } catch (const Refused& refused) {
        return fail(refused.error);
    } catch (const YAML::Exception& error) {
        Node place;
        place.line = std::max(error.mark.line, 0) + 1;
        place.column = std::max(error.mark.column, 0) + 1;
        return fail(problemAt(place, explained(error.msg)));
    }
}

Json toJson(const Node& node)
{
    Json value;
    switch (node.type) {
    case Node::Type::Null:
        break;
    case Node::Type::Scalar:
        if (!node.plain)
            value = node.text;
        else if (node.text == "true" || node.text == "True" || node.text == "TRUE")
            value = true;
        else if (node.text == "false" || node.text == "False" || node.text == "FALSE")
            value = false;
        else
            value = numberOf(node.text);
        break;
    case Node::Type::List:
        value = Json::array();
        for (const Node& item : node.items)
            value.push_back(toJson(item));
        break;
    case Node::Type::Map:
        value = Json::object();
        for (std::size_t i = 0; i + 1 < node.items.size(); i += 2)
            value[node.items[i].text] = toJson(node.items[i + 1]);
        break;
    }
    return value;
}

} // namespace gatehouse::rag::smoke
