// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/operators.h"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

namespace gatehouse::kql {

namespace {

constexpr std::array<std::string_view, 14> ParameterNames = {
    "kind", "withsource",   "with_source", "isfuzzy",   "flags",          "bagexpansion",  "with_itemindex",
    "hint", "decodeblocks", "bin_legacy",  "datascope", "with_step_name", "with_match_id", "nooptimization"};

constexpr std::array<std::string_view, 23> JoinKinds = {
    "inner",        "innerunique", "leftouter", "rightouter",    "fullouter", "leftanti",
    "leftantisemi", "anti",        "rightanti", "rightantisemi", "leftsemi",  "rightsemi",
    "cross",        "outer",       "normal",    "nonempty",      "simple",    "regex",
    "relaxed",      "bag",         "array",     "scan",          "stacked"};

/// Their items give names, and a column may be called kind: of parameters they know hints only.
constexpr std::array<std::string_view, 6> NamingOperators = {"print",          "extend",    "project",
                                                             "project-rename", "summarize", "serialize"};

bool contains(std::span<const std::string_view> names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

} // namespace

PipelineParser::Rule PipelineParser::ruleOf(std::string_view name)
{
    using P = PipelineParser;
    static const std::unordered_map<std::string_view, Rule> rules = {{"where", &P::namedItems},
                                                                     {"filter", &P::namedItems},
                                                                     {"project", &P::optionalItems},
                                                                     {"project-rename", &P::namedItems},
                                                                     {"extend", &P::namedItems},
                                                                     {"project-away", &P::wildcards},
                                                                     {"project-keep", &P::wildcards},
                                                                     {"project-reorder", &P::wildcards},
                                                                     {"summarize", &P::summarize},
                                                                     {"sort", &P::sort},
                                                                     {"order", &P::sort},
                                                                     {"top", &P::top},
                                                                     {"take", &P::condition},
                                                                     {"limit", &P::condition},
                                                                     {"sample", &P::condition},
                                                                     {"sample-distinct", &P::sampleDistinct},
                                                                     {"count", &P::count},
                                                                     {"getschema", &P::nothing},
                                                                     {"consume", &P::nothing},
                                                                     {"distinct", &P::distinct},
                                                                     {"join", &P::joinTables},
                                                                     {"lookup", &P::joinTables},
                                                                     {"union", &P::unionTables},
                                                                     {"print", &P::namedItems},
                                                                     {"datatable", &P::dataTable},
                                                                     {"range", &P::range},
                                                                     {"render", &P::render},
                                                                     {"mv-expand", &P::mvExpand},
                                                                     {"mvexpand", &P::mvExpand},
                                                                     {"as", &P::nameOnly},
                                                                     {"serialize", &P::optionalItems},
                                                                     {"invoke", &P::condition},
                                                                     {"make-series", &P::makeSeries},
                                                                     {"evaluate", &P::evaluate},
                                                                     {"parse", &P::parse},
                                                                     {"parse-where", &P::parse},
                                                                     {"parse-kv", &P::parseKeyValues},
                                                                     {"mv-apply", &P::mvApply},
                                                                     {"mvapply", &P::mvApply},
                                                                     {"search", &P::search},
                                                                     {"find", &P::find},
                                                                     {"externaldata", &P::skip},
                                                                     {"external_data", &P::skip},
                                                                     {"top-nested", &P::topNested},
                                                                     {"top-hitters", &P::topHitters},
                                                                     {"scan", &P::scan},
                                                                     {"partition", &P::partition},
                                                                     {"__partitionby", &P::skip},
                                                                     {"fork", &P::skip},
                                                                     {"facet", &P::skip},
                                                                     {"reduce", &P::reduce},
                                                                     {"make-graph", &P::skip},
                                                                     {"graph-match", &P::skip},
                                                                     {"graph-to-table", &P::skip},
                                                                     {"graph-shortest-paths", &P::skip},
                                                                     {"graph-mark-components", &P::skip},
                                                                     {"graph-where-nodes", &P::skip},
                                                                     {"graph-where-edges", &P::skip},
                                                                     {"macro-expand", &P::skip},
                                                                     {"project-by-names", &P::namedItems},
                                                                     {"assert-schema", &P::skip},
                                                                     {"execute_and_cache", &P::skip}};
    const auto found = rules.find(name);
    return found == rules.end() ? nullptr : found->second;
}

Result<std::shared_ptr<Pipeline>> PipelineParser::pipeline(ExprPtr head)
{
    auto result = std::make_shared<Pipeline>();
    const Span start = head ? head->span : m_cursor.peek().span;
    if (head) {
        Stage source;
        source.name = "source";
        source.span = head->span;
        source.items.push_back(std::move(head));
        result->stages.push_back(std::move(source));
    } else {
        auto first = stage();
        if (!first)
            return fail(first.error());
        result->stages.push_back(std::move(*first));
    }
    while (m_cursor.accept("|")) {
        auto next = stage();
        if (!next)
            return fail(next.error());
        result->stages.push_back(std::move(*next));
    }
    result->span = join(start, m_cursor.previous());
    return result;
}

Result<Stage> PipelineParser::stage()
{
    const TokenCursor::Level level(m_cursor);
    if (level.tooDeep())
        return fail(m_cursor.tooDeep());
    const Token& word = m_cursor.peek();
    const Rule rule = word.kind == TokenKind::Identifier ? ruleOf(word.value) : nullptr;
    if (rule == nullptr)
        return fail(m_cursor.missing("a query operator"));
    Stage result;
    result.span = word.span;
    result.name = m_cursor.take().value;
    if (auto done = parameters(result); !done)
        return fail(done.error());
    if (auto done = (this->*rule)(result); !done)
        return fail(done.error());
    return result;
}

Status PipelineParser::parameters(Stage& stage)
{
    const bool hintsOnly = contains(NamingOperators, stage.name);
    while (m_cursor.peek().kind == TokenKind::Identifier) {
        const std::string first = m_cursor.peek().value;
        const bool dotted = m_cursor.peek(1).is(".") && first == "hint";
        const std::size_t equals = dotted ? 3 : 1;
        const bool known = dotted || (!hintsOnly && contains(ParameterNames, first));
        if (!known || !m_cursor.peek(equals).is("="))
            return {};
        Parameter parameter;
        parameter.name = dotted ? "hint." + m_cursor.peek(2).value : first;
        parameter.span = m_cursor.peek().span;
        for (std::size_t i = 0; i <= equals; ++i)
            m_cursor.take();
        const bool tableKind = stage.name == "join" && parameter.name == "kind";
        const bool goodKind = contains(JoinKinds, m_cursor.peek().value);
        if (m_cursor.at("(") || m_cursor.at("|") || (tableKind && !goodKind))
            return fail(m_cursor.missing(tableKind ? "a kind of join" : "a value"));
        // A name is only a name here: "kind=inner (T)" is no call.
        auto value = m_cursor.peek().kind == TokenKind::Identifier ? m_expressions.name()
                                                                   : m_expressions.primaryWithPostfix();
        if (!value)
            return fail(value.error());
        parameter.value = *value;
        stage.parameters.push_back(std::move(parameter));
        m_cursor.accept(",");
    }
    return {};
}

Status PipelineParser::one(std::vector<ExprPtr>& into)
{
    auto value = m_expressions.expression();
    if (!value)
        return fail(value.error());
    into.push_back(*value);
    return {};
}

Status PipelineParser::condition(Stage& stage)
{
    return one(stage.items);
}

Status PipelineParser::namedItems(Stage& stage)
{
    auto list = m_expressions.namedList();
    if (!list)
        return fail(list.error());
    stage.items = std::move(*list);
    return {};
}

Status PipelineParser::optionalItems(Stage& stage)
{
    if (m_cursor.at("|") || m_cursor.at(";") || m_cursor.at(")") || m_cursor.at("}") || m_cursor.atEnd())
        return {};
    return namedItems(stage);
}

Status PipelineParser::nothing(Stage& /*stage*/)
{
    return {};
}

/// "count as Name"
Status PipelineParser::count(Stage& stage)
{
    return m_cursor.accept("as") ? nameOnly(stage) : Status{};
}

Status PipelineParser::orderedList(std::vector<ExprPtr>& into)
{
    do {
        auto item = m_expressions.orderedExpression();
        if (!item)
            return fail(item.error());
        into.push_back(*item);
    } while (m_cursor.accept(","));
    return {};
}

Status PipelineParser::sort(Stage& stage)
{
    if (auto by = m_cursor.expect("by"); !by)
        return by;
    return orderedList(stage.by);
}

Status PipelineParser::top(Stage& stage)
{
    if (auto count = one(stage.items); !count)
        return count;
    if (auto by = m_cursor.expect("by"); !by)
        return by;
    return orderedList(stage.by);
}

Status PipelineParser::sampleDistinct(Stage& stage)
{
    if (auto count = one(stage.items); !count)
        return count;
    if (auto of = m_cursor.expect("of"); !of)
        return of;
    return one(stage.by);
}

Status PipelineParser::wildcards(Stage& stage)
{
    do {
        const std::size_t mark = m_cursor.mark();
        auto item = m_expressions.wildcardName();
        if (!item) {
            m_cursor.reset(mark);
            item = m_expressions.primaryWithPostfix();
        }
        if (!item)
            return fail(item.error());
        if (stage.name == "project-reorder") {
            auto ordered = std::make_shared<Expr>(**item);
            const Token& order = m_cursor.peek();
            if (order.is("asc") || order.is("desc") || order.is("granny")) {
                ordered->names.push_back(m_cursor.take().value);
                while (m_cursor.at("-") || m_cursor.at("asc") || m_cursor.at("desc"))
                    ordered->names.back() += m_cursor.take().value;
            }
            item = ordered;
        }
        stage.items.push_back(*item);
    } while (m_cursor.accept(","));
    return {};
}

Status PipelineParser::summarize(Stage& stage)
{
    if (!m_cursor.at("by")) {
        if (auto items = optionalItems(stage); !items)
            return items;
    }
    if (!m_cursor.accept("by"))
        return {};
    auto by = m_expressions.namedList();
    if (!by)
        return fail(by.error());
    stage.by = std::move(*by);
    return {};
}

Status PipelineParser::distinct(Stage& stage)
{
    return namedItems(stage);
}

Status PipelineParser::skip(Stage& stage)
{
    stage.unsupported = true;
    std::string closers;
    bool afterComma = true; // also: nothing yet
    while (!m_cursor.atEnd()) {
        const Token& token = m_cursor.peek();
        if (closers.empty() &&
            (token.is("|") || token.is(";") || token.is(")") || token.is("}") || token.is("]")))
            break;
        if (token.is(",") && afterComma)
            return fail(m_cursor.missing("an expression"));
        if (token.is("(") || token.is("[") || token.is("{"))
            closers += token.is("(") ? ')' : token.is("[") ? ']' : '}';
        else if (token.is(")") || token.is("]") || token.is("}")) {
            if (closers.back() != token.value[0])
                return fail(m_cursor.missing("'" + std::string(1, closers.back()) + "'"));
            closers.pop_back();
        }
        afterComma = token.is(",") || token.is("and") || token.is("or") || token.is("==");
        m_cursor.take();
    }
    if (!closers.empty())
        return fail(m_cursor.missing("'" + std::string(1, closers.back()) + "'"));
    return afterComma ? fail(m_cursor.missing("an expression")) : Status{};
}

} // namespace gatehouse::kql
