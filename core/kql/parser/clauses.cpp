// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/operators.h"

namespace gatehouse::kql {

Status PipelineParser::parameterBehind(Stage& stage, std::string_view word)
{
    Parameter parameter;
    parameter.name = word;
    parameter.span = m_cursor.peek().span;
    auto value = m_expressions.expression();
    if (!value)
        return fail(value.error());
    parameter.value = *value;
    stage.parameters.push_back(std::move(parameter));
    return {};
}

/// "(where … | summarize …)": a pipeline whose rows come from the operator around it.
Status PipelineParser::subquery(Stage& outer)
{
    if (auto open = m_cursor.expect("("); !open)
        return open;
    outer.subquery = std::make_shared<Pipeline>();
    const Span start = m_cursor.peek().span;
    do {
        auto next = stage();
        if (!next)
            return fail(next.error());
        outer.subquery->stages.push_back(std::move(*next));
    } while (m_cursor.accept("|"));
    outer.subquery->span = join(start, m_cursor.previous());
    return m_cursor.expect(")");
}

Status PipelineParser::mvApply(Stage& stage)
{
    if (auto items = expandedItems(stage); !items)
        return items;
    if (m_cursor.accept("limit")) {
        if (auto limit = one(stage.by); !limit)
            return limit;
    }
    if (m_cursor.accept("id")) {
        if (auto id = parameterBehind(stage, "id"); !id)
            return id;
    }
    if (auto on = m_cursor.expect("on"); !on)
        return on;
    return subquery(stage);
}

Status PipelineParser::partition(Stage& stage)
{
    if (auto by = m_cursor.expect("by"); !by)
        return by;
    // A name only: "partition by c (…)" is no call.
    auto column = m_expressions.name();
    if (!column)
        return fail(column.error());
    stage.by.push_back(*column);
    if (auto hints = parameters(stage); !hints)
        return hints;
    if (!m_cursor.accept("{"))
        return subquery(stage);
    // The legacy form names its source itself; its rows are known by the scalar column's value.
    auto source = m_expressions.expressionOrPipeline();
    if (!source)
        return fail(source.error());
    stage.items.push_back(*source);
    return m_cursor.expect("}");
}

/// "plugin(arguments) : (columns)"
Status PipelineParser::evaluate(Stage& stage)
{
    auto call = m_expressions.primaryWithPostfix();
    if (!call)
        return fail(call.error());
    if ((*call)->kind != ExprKind::Call)
        return fail(m_cursor.missing("a plugin call"));
    stage.items.push_back(*call);
    if (!m_cursor.accept(":"))
        return {};
    if (auto open = m_cursor.expect("("); !open)
        return open;
    auto columns = columnDeclarations();
    if (!columns)
        return fail(columns.error());
    stage.columns = std::move(*columns);
    return {};
}

/// Texts that follow each other are one; no "[" behind them is an index here.
ExprPtr PipelineParser::adjacentTexts()
{
    auto text = std::make_shared<Expr>();
    const Span start = m_cursor.peek().span;
    while (m_cursor.peek().kind == TokenKind::String)
        text->text += m_cursor.take().value;
    text->span = join(start, m_cursor.previous());
    return text;
}

/// "source with * "text" column:type …": the pattern becomes by: literals, stars and names, a typed one
/// inside a TypeOf.
Status PipelineParser::parse(Stage& stage)
{
    if (auto source = one(stage.items); !source)
        return source;
    if (auto with = m_cursor.expect("with"); !with)
        return with;
    while (true) {
        const Token& token = m_cursor.peek();
        Result<ExprPtr> part = ExprPtr();
        if (token.is("*")) {
            auto star = std::make_shared<Expr>();
            star->kind = ExprKind::Star;
            star->span = m_cursor.take().span;
            part = star;
        } else if (token.kind == TokenKind::String) {
            part = adjacentTexts();
        } else if ((token.kind == TokenKind::Identifier && !ExpressionParser::isReserved(token)) ||
                   token.is("[")) {
            part = m_expressions.name();
            if (part && m_cursor.accept(":")) {
                if (m_cursor.peek().kind != TokenKind::Identifier)
                    return fail(m_cursor.missing("a type"));
                auto typed = std::make_shared<Expr>();
                typed->kind = ExprKind::TypeOf;
                typed->text = m_cursor.take().value;
                typed->span = join((*part)->span, m_cursor.previous());
                typed->args = {*part};
                part = typed;
            }
        } else {
            break;
        }
        if (!part)
            return fail(part.error());
        stage.by.push_back(*part);
    }
    return stage.by.empty() ? fail(m_cursor.missing("a pattern")) : Status{};
}

/// "source as (key:type, …) with (pair_delimiter = ' ', …)"
Status PipelineParser::parseKeyValues(Stage& stage)
{
    if (auto source = one(stage.items); !source)
        return source;
    for (const std::string_view word : {"as", "("}) {
        if (auto found = m_cursor.expect(word); !found)
            return found;
    }
    auto columns = columnDeclarations();
    if (!columns)
        return fail(columns.error());
    stage.columns = std::move(*columns);
    if (!m_cursor.accept("with"))
        return {};
    if (auto open = m_cursor.expect("("); !open)
        return open;
    while (!m_cursor.at(")")) {
        auto name = m_expressions.name();
        if (!name)
            return fail(name.error());
        if (auto equals = m_cursor.expect("="); !equals)
            return equals;
        if (auto value = parameterBehind(stage, (*name)->text); !value)
            return value;
        if (!m_cursor.accept(","))
            break;
    }
    return m_cursor.expect(")");
}

/// "in (T1, T*, (T2 | where …))", if it stands here.
Status PipelineParser::tableList(Stage& stage)
{
    if (!m_cursor.accept("in"))
        return {};
    if (auto open = m_cursor.expect("("); !open)
        return open;
    do {
        const std::size_t mark = m_cursor.mark();
        auto table = m_expressions.wildcardName();
        if (!table) {
            m_cursor.reset(mark);
            table = m_expressions.expressionOrPipeline();
        }
        if (!table)
            return fail(table.error());
        stage.items.push_back(*table);
    } while (m_cursor.accept(","));
    return m_cursor.expect(")");
}

Status PipelineParser::predicate(Stage& stage)
{
    const bool before = m_cursor.colonCompares();
    m_cursor.setColonCompares(true);
    auto done = one(stage.by);
    m_cursor.setColonCompares(before);
    return done;
}

Status PipelineParser::search(Stage& stage)
{
    if (auto tables = tableList(stage); !tables)
        return tables;
    if (auto more = parameters(stage); !more)
        return more;
    return predicate(stage);
}

Status PipelineParser::find(Stage& stage)
{
    if (auto tables = tableList(stage); !tables)
        return tables;
    if (auto more = parameters(stage); !more)
        return more;
    m_cursor.accept("where");
    if (auto condition = predicate(stage); !condition)
        return condition;
    while (m_cursor.at("project") || m_cursor.at("project-away") || m_cursor.at("project-smart")) {
        if (auto columns = findProjection(stage); !columns)
            return columns;
    }
    return {};
}

/// "project a, b:long, pack(*)", "project-away …" or "project-smart" becomes a part of that name.
Status PipelineParser::findProjection(Stage& stage)
{
    Stage part;
    part.span = m_cursor.peek().span;
    part.name = m_cursor.take().value;
    while (part.name != "project-smart") {
        const bool call = m_cursor.peek(1).is("(");
        auto column = m_cursor.at("*") || call ? m_expressions.primaryWithPostfix() : m_expressions.name();
        if (!column)
            return fail(column.error());
        ColumnDeclaration declaration{
            (*column)->kind == ExprKind::Call ? "*" : (*column)->text, {}, (*column)->span};
        if (m_cursor.accept(":")) {
            if (m_cursor.peek().kind != TokenKind::Identifier)
                return fail(m_cursor.missing("a type"));
            declaration.type = m_cursor.take().value;
        }
        part.columns.push_back(std::move(declaration));
        if (!m_cursor.accept(","))
            break;
    }
    stage.parts.push_back(std::move(part));
    return {};
}

} // namespace gatehouse::kql
