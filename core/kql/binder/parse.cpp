// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/functions/conversion.h"

namespace gatehouse::kql {

namespace {

/// The regular expression of one capture. Numbers end where their digits do, so that what follows needs no
/// text.
std::string captureText(ColumnType type, const std::string& kind, const std::string& group, bool last)
{
    const bool whole = type == ColumnType::Int || type == ColumnType::Long;
    const bool number = type == ColumnType::Real || type == ColumnType::Decimal;
    const std::string any = kind == "regex" || last ? ".*" : ".*?";
    std::string text = whole ? "-?\\d+" : number ? "-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?|" + any : any;
    if (whole && kind == "relaxed")
        text += '|' + any;
    return "(?P<" + group + ">" + text + ")";
}

std::string optionText(const std::string& kind, const std::string& flags)
{
    if (kind != "regex")
        return "(?s)";
    std::string known;
    for (const char c : flags) {
        if (std::string_view("Uims").find(c) != std::string_view::npos)
            known += c;
    }
    return known.empty() ? known : "(?" + known + ")";
}

} // namespace

/// The column of a name in what parse and parse-kv make: an existing one is replaced in its place.
Result<Expansion> Binder::addParsed(PlanNode& node, const std::string& name, const std::string& type,
                                    Span span)
{
    const auto wanted = type.empty() ? ColumnType::String : columnTypeFrom(type);
    if (!wanted)
        return semantic("SEM0007", "Unknown type '" + type + "'.", span);
    const auto existing = indexOf(node.schema, name);
    for (const Expansion& other : node.expansions) {
        if (existing == other.column)
            return semantic("SEM0032", "'parse' operator: the column '" + name + "' is named twice.", span);
    }
    const std::size_t column = existing.value_or(node.schema.size());
    if (!existing)
        node.schema.push_back({name, *wanted});
    node.schema[column].type = *wanted;
    return Expansion{column, *wanted};
}

Result<ExprRef> Binder::bindText(const Expr& expr, const PlanNode& input, const ScopeRef& scope,
                                 std::string_view operation)
{
    auto value = bindScalar(expr, scope, RowScope{&input.schema, input.serialized, operation});
    return value ? convert(*value, ColumnType::String, expr.span) : value;
}

Result<std::string> Binder::parsePattern(const Stage& stage, const std::string& kind, PlanNode& node)
{
    std::string pattern;
    const Expr* before = nullptr;
    for (const ExprPtr& part : stage.by) {
        const bool text = part->kind == ExprKind::Literal;
        const bool star = part->kind == ExprKind::Star;
        const bool afterText = before == nullptr || before->kind == ExprKind::Literal;
        const bool stringBefore = before != nullptr && before->kind == ExprKind::Name;
        if (!text && !star && !afterText && before->kind != ExprKind::Star)
            return semantic("SEM0101", "'" + stage.name + "' operator: a column must follow a text.",
                            part->span);
        if (!text && before != nullptr && (before->kind == ExprKind::Star || (star && stringBefore)))
            return semantic("SEM0101",
                            "'" + stage.name +
                                "' operator: between '*' and a column of type string, a text must stand.",
                            part->span);
        before = part.get();
        if (text) {
            pattern += kind == "regex" ? "(?:" + part->text + ")" : re2::RE2::QuoteMeta(part->text);
            continue;
        }
        if (star) {
            pattern += ".*?";
            continue;
        }
        const bool typed = part->kind == ExprKind::TypeOf;
        const std::string& name = typed ? part->args.front()->text : part->text;
        auto column = addParsed(node, name, typed ? part->text : std::string(), part->span);
        if (!column)
            return fail(column.error());
        pattern += captureText(column->type, kind, "Capture" + std::to_string(node.expansions.size()),
                               part == stage.by.back());
        node.expansions.push_back(*column);
    }
    return pattern;
}

Result<PlanRef> Binder::bindParse(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    std::string kind = parameterOf(stage, "kind");
    if (kind.empty())
        kind = "simple";
    if (kind != "simple" && kind != "regex" && kind != "relaxed")
        return semantic("SEM0102", "'" + stage.name + "' operator: unknown kind '" + kind + "'.", stage.span);
    auto text = bindText(*stage.items.front(), *input, scope, stage.name);
    if (!text)
        return fail(text.error());
    auto made = node(PlanKind::Parse, {std::move(input)}, stage.span);
    if (!made)
        return made;
    (*made)->exprs = {*text};
    auto pattern = parsePattern(stage, kind, **made);
    if (!pattern)
        return fail(pattern.error());
    ParseSpec spec;
    spec.pattern = optionText(kind, parameterOf(stage, "flags")) + *pattern;
    spec.strict = kind != "relaxed";
    spec.dropUnmatched = stage.name == "parse-where";
    if (m_evaluation.regex(spec.pattern) == nullptr)
        return semantic("SEM0025", "'" + stage.name + "' operator: the regular expression is invalid.",
                        stage.by.front()->span);
    (*made)->parse = std::make_shared<const ParseSpec>(std::move(spec));
    return made;
}

Result<KeyValueSpec> Binder::keyValueSpec(const Stage& stage, const ScopeRef& scope)
{
    KeyValueSpec spec;
    for (const Parameter& parameter : stage.parameters) {
        auto value = bindConstant(*parameter.value, scope, stage.name);
        if (!value)
            return fail(value.error());
        const bool flag = parameter.name == "greedy" && (*value)->type == ColumnType::Bool;
        if (flag) {
            spec.greedy = (*value)->constant->boolAt(0);
            continue;
        }
        const bool text = (*value)->type == ColumnType::String && !(*value)->constant->textAt(0).empty();
        const std::string given = text ? std::string((*value)->constant->textAt(0)) : std::string();
        if (!text)
            return semantic("SEM0103",
                            "'parse-kv' operator: '" + parameter.name + "' must be a text that is not empty.",
                            parameter.span);
        if (parameter.name == "pair_delimiter")
            spec.pairDelimiter = given;
        else if (parameter.name == "kv_delimiter")
            spec.keyDelimiter = given;
        else if (parameter.name == "quote")
            spec.quotes.emplace_back(given.front(), given.back());
        else if (parameter.name == "escape")
            spec.escapes += given;
        else if (parameter.name == "regex")
            spec.regex = given;
        else
            return semantic("SEM0103", "'parse-kv' operator: unknown property '" + parameter.name + "'.",
                            parameter.span);
    }
    const bool halfGiven = spec.pairDelimiter.empty() != spec.keyDelimiter.empty();
    if (halfGiven)
        return semantic("SEM0103", "'parse-kv' operator: pair_delimiter and kv_delimiter belong together.",
                        stage.span);
    const re2::RE2* regex = spec.regex.empty() ? nullptr : m_evaluation.regex(spec.regex);
    if (!spec.regex.empty() && (regex == nullptr || regex->NumberOfCapturingGroups() != 2))
        return semantic("SEM0025",
                        "'parse-kv' operator: the regular expression must have two groups, key and value.",
                        stage.span);
    return spec;
}

Result<PlanRef> Binder::bindParseKeyValues(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    auto text = bindText(*stage.items.front(), *input, scope, stage.name);
    if (!text)
        return fail(text.error());
    auto spec = keyValueSpec(stage, scope);
    if (!spec)
        return fail(spec.error());
    if (stage.columns.empty())
        return semantic("SEM0103", "'parse-kv' operator: at least one key is expected.", stage.span);
    auto made = node(PlanKind::KeyValues, {std::move(input)}, stage.span);
    if (!made)
        return made;
    for (const ColumnDeclaration& column : stage.columns) {
        auto added = addParsed(**made, column.name, column.type, column.span);
        if (!added)
            return fail(added.error());
        (*made)->expansions.push_back(*added);
        spec->keys.push_back(column.name);
    }
    (*made)->exprs = {*text};
    (*made)->keyValues = std::make_shared<const KeyValueSpec>(std::move(*spec));
    return made;
}

} // namespace gatehouse::kql
