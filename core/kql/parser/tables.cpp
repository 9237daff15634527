// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/operators.h"

namespace gatehouse::kql {

Result<std::vector<ColumnDeclaration>> PipelineParser::columnDeclarations()
{
    std::vector<ColumnDeclaration> columns;
    while (!m_cursor.at(")")) {
        ColumnDeclaration column;
        column.span = m_cursor.peek().span;
        if (m_cursor.accept("*")) {
            column.name = "*";
        } else {
            auto name = m_expressions.name();
            if (!name)
                return fail(name.error());
            column.name = (*name)->text;
            if (auto colon = m_cursor.expect(":"); !colon)
                return fail(colon.error());
            if (m_cursor.peek().kind != TokenKind::Identifier)
                return fail(m_cursor.missing("a type"));
            column.type = m_cursor.take().value;
        }
        columns.push_back(std::move(column));
        if (!m_cursor.accept(","))
            break;
    }
    if (auto close = m_cursor.expect(")"); !close)
        return fail(close.error());
    return columns;
}

Status PipelineParser::joinTables(Stage& stage)
{
    auto right = m_expressions.primaryWithPostfix();
    if (!right)
        return fail(right.error());
    stage.items.push_back(*right);
    if (auto hints = parameters(stage); !hints)
        return hints;
    const bool where = m_cursor.at("where");
    if (!where && !m_cursor.at("on"))
        return fail(m_cursor.missing("'on'"));
    m_cursor.take();
    do {
        if (auto condition = one(stage.by); !condition)
            return condition;
    } while (m_cursor.accept(","));
    return {};
}

Status PipelineParser::unionTables(Stage& stage)
{
    do {
        const std::size_t mark = m_cursor.mark();
        auto operand = m_expressions.wildcardName();
        if (!operand) {
            m_cursor.reset(mark);
            operand = m_expressions.primaryWithPostfix();
        }
        if (!operand)
            return fail(operand.error());
        stage.items.push_back(*operand);
        if (auto more = parameters(stage); !more)
            return more;
    } while (m_cursor.accept(","));
    return {};
}

Status PipelineParser::dataTable(Stage& stage)
{
    if (auto open = m_cursor.expect("("); !open)
        return open;
    auto columns = columnDeclarations();
    if (!columns)
        return fail(columns.error());
    stage.columns = std::move(*columns);
    if (auto open = m_cursor.expect("["); !open)
        return open;
    while (!m_cursor.at("]")) {
        auto value = m_expressions.constantValue();
        if (!value)
            return fail(value.error());
        stage.items.push_back(*value);
        if (!m_cursor.accept(","))
            break;
    }
    return m_cursor.expect("]");
}

Status PipelineParser::range(Stage& stage)
{
    auto column = m_expressions.name();
    if (!column)
        return fail(column.error());
    stage.by.push_back(*column);
    for (const std::string_view word : {"from", "to", "step"}) {
        if (auto found = m_cursor.expect(word); !found)
            return found;
        if (auto value = one(stage.items); !value)
            return value;
    }
    return {};
}

Status PipelineParser::nameOnly(Stage& stage)
{
    auto name = m_expressions.name();
    if (!name)
        return fail(name.error());
    stage.items.push_back(*name);
    return {};
}

Status PipelineParser::render(Stage& stage)
{
    auto kind = m_expressions.name();
    if (!kind)
        return fail(kind.error());
    stage.items.push_back(*kind);
    const bool bracketed = m_cursor.at("with") && m_cursor.peek(1).is("(");
    if (bracketed) {
        m_cursor.take();
        m_cursor.take();
    }
    while (m_cursor.peek().kind == TokenKind::Identifier && (bracketed || m_cursor.peek(1).is("="))) {
        Parameter parameter;
        parameter.span = m_cursor.peek().span;
        parameter.name = m_cursor.take().value;
        if (auto equals = m_cursor.expect("="); !equals)
            return equals;
        std::vector<ExprPtr> values;
        do {
            const bool listGoesOn = values.empty() || !m_cursor.peek(1).is("=");
            if (!listGoesOn)
                break;
            auto value = m_cursor.at("-") || m_cursor.at("+") ? m_expressions.expression()
                                                              : m_expressions.primaryWithPostfix();
            if (!value)
                return fail(value.error());
            values.push_back(*value);
        } while (m_cursor.accept(","));
        auto list = std::make_shared<Expr>(*values.front());
        list->args = values.size() > 1 ? values : list->args;
        if (values.size() > 1)
            list->kind = ExprKind::List;
        parameter.value = list;
        stage.parameters.push_back(std::move(parameter));
    }
    return bracketed ? m_cursor.expect(")") : Status{};
}

Status PipelineParser::mvExpand(Stage& stage)
{
    if (auto items = expandedItems(stage); !items)
        return items;
    return m_cursor.accept("limit") ? one(stage.by) : Status{};
}

/// "a, b = c.d to typeof(long)"; a conversion is a TypeOf around its item.
Status PipelineParser::expandedItems(Stage& stage)
{
    do {
        auto item = m_expressions.namedExpression();
        if (!item)
            return fail(item.error());
        if ((*item)->kind == ExprKind::TypeOf) // a type stands behind "to" alone
            return fail(m_cursor.missing("an expression"));
        auto expanded = std::make_shared<Expr>(**item);
        if (m_cursor.accept("to")) {
            auto type = m_expressions.primaryWithPostfix();
            if (!type)
                return fail(type.error());
            if ((*type)->kind != ExprKind::TypeOf)
                return fail(m_cursor.missing("typeof(…)"));
            auto wrapped = std::make_shared<Expr>();
            wrapped->kind = ExprKind::TypeOf;
            wrapped->span = expanded->span;
            wrapped->text = (*type)->text;
            wrapped->args = {expanded};
            wrapped->depth = expanded->depth + 1;
            expanded = wrapped;
        }
        stage.items.push_back(expanded);
    } while (m_cursor.accept(","));
    return {};
}

} // namespace gatehouse::kql
