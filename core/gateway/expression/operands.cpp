// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/operands.h"

#include <algorithm>
#include <array>
#include <limits>

namespace gatehouse::gateway {

namespace {

using Kind = ExpressionNode::Kind;

struct MethodRule
{
    std::string_view name;
    StringMethod method;
    std::size_t arguments;
    bool takesComparison = false;
};

constexpr std::array<MethodRule, 11> Methods = {{
    {"Equals", StringMethod::Equals, 1, true},
    {"StartsWith", StringMethod::StartsWith, 1, true},
    {"EndsWith", StringMethod::EndsWith, 1, true},
    {"Contains", StringMethod::Contains, 1},
    {"ToLower", StringMethod::ToLower, 0},
    {"ToLowerInvariant", StringMethod::ToLower, 0},
    {"ToUpper", StringMethod::ToUpper, 0},
    {"ToUpperInvariant", StringMethod::ToUpper, 0},
    {"Trim", StringMethod::Trim, 0},
    {"Replace", StringMethod::Replace, 2},
    {"ToString", StringMethod::ToString, 0},
}};

bool isName(const ExpressionToken& token)
{
    return token.kind == ExpressionToken::Kind::Identifier;
}

std::string inQuotes(std::string_view name)
{
    return "“" + std::string(name) + "”";
}

} // namespace

Result<ExpressionNodePtr> ExpressionParser::operand()
{
    auto node = primary();
    while (node && (peek().is(".") || peek().is("?.")))
        node = member(*node);
    if (node && peek().is("["))
        return fail(unsupported("An index here", m_text, peek().span));
    return node;
}

Result<ExpressionNodePtr> ExpressionParser::primary()
{
    const ExpressionToken& token = peek();
    switch (token.kind) {
    case ExpressionToken::Kind::Number:
        if (token.value == ExpressionValue(std::numeric_limits<std::int64_t>::min()))
            return fail(error("This number is too large for a long.", token.span));
        return literal(token.value);
    case ExpressionToken::Kind::String:
        return literal(token.value);
    case ExpressionToken::Kind::Character:
        return fail(unsupported("A character outside of Split", m_text, token.span));
    case ExpressionToken::Kind::Identifier:
        return word();
    case ExpressionToken::Kind::Operator:
        if (token.is("("))
            return parentheses();
        break;
    case ExpressionToken::Kind::End:
        break;
    }
    return fail(misplaced("a value"));
}

Result<ExpressionNodePtr> ExpressionParser::word()
{
    const ExpressionToken& token = peek();
    if (token.text == "true" || token.text == "false")
        return literal(token.text == "true");
    if (token.text == "null")
        return literal({});
    if (token.text == "context")
        return context();
    return staticMethod();
}

Result<ExpressionNodePtr> ExpressionParser::literal(ExpressionValue value)
{
    ExpressionNode node;
    node.value = std::move(value);
    const ExpressionSpan from = take().span;
    return finish(std::move(node), from);
}

Result<ExpressionNodePtr> ExpressionParser::parentheses()
{
    take();
    auto inner = expression();
    if (!inner)
        return inner;
    if (Status closed = expect(")"); !closed)
        return fail(closed.error());
    auto marked = std::make_shared<ExpressionNode>(**inner);
    marked->parenthesised = true;
    return ExpressionNodePtr(std::move(marked));
}

Result<ExpressionNodePtr> ExpressionParser::context()
{
    const ExpressionSpan from = take().span;
    std::string path;
    bool conditional = false;
    while ((peek().is(".") || peek().is("?.")) && isName(peek(1))) {
        conditional = take().is("?.");
        const ExpressionToken name = take();
        path += (path.empty() ? "" : ".") + std::string(name.text);
        const ContextPath found = contextPath(path);
        const ExpressionSpan whole{from.offset, name.span.end() - from.offset};
        switch (found.kind) {
        case ContextPath::Kind::Unknown:
            return fail(unsupported(inQuotes("context." + path), m_text, whole));
        case ContextPath::Kind::Part:
            break;
        case ContextPath::Kind::Value: {
            ExpressionNode node;
            node.kind = Kind::Context;
            node.item = found.item;
            node.conditional = conditional;
            return finish(std::move(node), from);
        }
        case ContextPath::Kind::Map:
            return map(found, "context." + path, from);
        }
    }
    const ExpressionSpan whole{from.offset, m_tokens[m_at - 1].span.end() - from.offset};
    return fail(
        unsupported(inQuotes(path.empty() ? "context" : "context." + path) + " by itself", m_text, whole));
}

Result<ExpressionNodePtr> ExpressionParser::map(const ContextPath& path, const std::string& name,
                                                ExpressionSpan from)
{
    if (peek().is("."))
        return mapMethod(path, name, from);
    if (!peek().is("[") || !path.byIndex)
        return fail(
            unsupported(inQuotes(peek().is("[") ? name + "[…]" : name) + (peek().is("[") ? "" : " by itself"),
                        m_text, {from.offset, peek().span.offset - from.offset}));
    take();
    auto key = expression();
    if (!key)
        return key;
    if (Status closed = expect("]"); !closed)
        return fail(closed.error());
    ExpressionNode node;
    node.kind = Kind::Context;
    node.item = *path.byIndex;
    node.operands = {*key};
    return finish(std::move(node), from);
}

Result<ExpressionNodePtr> ExpressionParser::mapMethod(const ContextPath& path, const std::string& name,
                                                      ExpressionSpan from)
{
    take();
    const ExpressionToken method = take();
    const bool byDefault = method.isWord("GetValueOrDefault") && path.byDefault;
    const bool byPresence = method.isWord("ContainsKey") && path.byPresence;
    const ExpressionSpan whole{from.offset, method.span.end() - from.offset};
    if (!byDefault && !byPresence)
        return fail(unsupported(inQuotes(name + "." + std::string(method.text)), m_text, whole));
    ExpressionNode node;
    node.kind = Kind::Context;
    node.item = byDefault ? *path.byDefault : *path.byPresence;
    if (byDefault && path.typed) {
        if (!peek().is("<"))
            return fail(unsupported(
                inQuotes(name + ".GetValueOrDefault") + " without <string>, <int> or <bool>", m_text, whole));
        const auto type = typeArgument();
        if (!type)
            return fail(type.error());
        node.type = *type;
    }
    if (Status read = arguments(node, 1, byDefault ? 2 : 1); !read)
        return fail(read.error());
    return finish(std::move(node), from);
}

Result<ExpressionType> ExpressionParser::typeArgument()
{
    take();
    const ExpressionToken name = take();
    if (name.isWord("string") || name.isWord("int") || name.isWord("bool")) {
        if (Status closed = expect(">"); !closed)
            return fail(closed.error());
        if (name.text == "string")
            return ExpressionType::String;
        return name.text == "int" ? ExpressionType::Int : ExpressionType::Bool;
    }
    return fail(unsupported("The type " + inQuotes(name.text) + " of a variable", m_text, name.span));
}

Result<ExpressionNodePtr> ExpressionParser::staticMethod()
{
    const ExpressionToken type = take();
    std::string name(type.text);
    ExpressionSpan whole = type.span;
    while (peek().is(".") && isName(peek(1))) {
        take();
        const ExpressionToken part = take();
        name += "." + std::string(part.text);
        whole.length = part.span.end() - whole.offset;
    }
    ExpressionNode node;
    if (name == "DateTime.UtcNow.Ticks") {
        node.kind = Kind::Context;
        node.item = ContextItem::UtcNowTicks;
        return finish(std::move(node), type.span);
    }
    node.kind = Kind::StringMethod;
    if (name == "string.IsNullOrEmpty" || name == "String.IsNullOrEmpty")
        node.method = StringMethod::IsNullOrEmpty;
    else if (name == "int.Parse")
        node.method = StringMethod::ParseInt;
    else
        return fail(unsupported(inQuotes(name), m_text, whole));
    if (Status read = arguments(node, 1, 1); !read)
        return fail(read.error());
    return finish(std::move(node), type.span);
}

Result<ExpressionNodePtr> ExpressionParser::member(const ExpressionNodePtr& target)
{
    ExpressionNode node;
    node.kind = Kind::StringMethod;
    node.operands = {target};
    node.conditional = take().is("?.");
    const ExpressionToken name = peek();
    if (!isName(name))
        return fail(misplaced("the name of a member"));
    take();
    const auto rule = std::find_if(Methods.begin(), Methods.end(),
                                   [&](const MethodRule& one) { return one.name == name.text; });
    if (name.text == "Length" && !peek().is("(")) {
        node.method = StringMethod::Length;
    } else if (name.text == "Split") {
        return split(std::move(node));
    } else if (rule == Methods.end()) {
        return fail(unsupported(inQuotes("." + std::string(name.text)), m_text, name.span));
    } else {
        node.method = rule->method;
        if (Status read = arguments(node, rule->arguments, rule->arguments, rule->takesComparison); !read)
            return fail(read.error());
    }
    return finish(std::move(node), target->span);
}

Result<ExpressionNodePtr> ExpressionParser::split(ExpressionNode node)
{
    const ExpressionSpan name = m_tokens[m_at - 1].span;
    const bool byCharacter =
        peek().is("(") && peek(1).kind == ExpressionToken::Kind::Character && peek(2).is(")");
    if (!byCharacter || !peek(3).is("["))
        return fail(unsupported("Split other than .Split('c')[index]", m_text, name));
    take();
    auto separator = literal(peek().value);
    take();
    take();
    auto index = expression();
    if (!separator || !index)
        return separator ? index : separator;
    if (Status closed = expect("]"); !closed)
        return fail(closed.error());
    node.method = StringMethod::SplitItem;
    const ExpressionSpan from = node.operands.front()->span;
    node.operands.push_back(*separator);
    node.operands.push_back(*index);
    return finish(std::move(node), from);
}

Status ExpressionParser::arguments(ExpressionNode& node, std::size_t least, std::size_t most,
                                   bool takesComparison)
{
    const ExpressionSpan name = m_tokens[m_at - 1].span;
    if (Status open = expect("("); !open)
        return open;
    std::size_t count = 0;
    while (!peek().is(")")) {
        if (count > 0) {
            if (Status comma = expect(","); !comma)
                return comma;
        }
        if (takesComparison && count == most && peek().isWord("StringComparison")) {
            if (Status read = comparison(node); !read)
                return read;
            break;
        }
        auto argument = expression();
        if (!argument)
            return fail(argument.error());
        node.operands.push_back(*argument);
        ++count;
        if (count > most)
            break;
    }
    if (count < least || count > most)
        return fail(unsupported("This number of arguments", m_text, name));
    return expect(")");
}

Status ExpressionParser::comparison(ExpressionNode& node)
{
    const ExpressionSpan from = take().span;
    if (Status dot = expect("."); !dot)
        return dot;
    const ExpressionToken name = take();
    node.ignoreCase = name.isWord("OrdinalIgnoreCase");
    if (!node.ignoreCase && !name.isWord("Ordinal"))
        return fail(unsupported(inQuotes("StringComparison." + std::string(name.text)), m_text,
                                {from.offset, name.span.end() - from.offset}));
    return {};
}

} // namespace gatehouse::gateway
