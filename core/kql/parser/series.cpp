// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/operators.h"

namespace gatehouse::kql {

/// Each aggregate is a part: the aggregate and, when there is one, its default. items holds the axis; from,
/// to, step and "in range" become parameters.
Status PipelineParser::makeSeries(Stage& stage)
{
    do {
        Stage part;
        part.span = m_cursor.peek().span;
        auto item = m_expressions.namedExpression();
        if (!item)
            return fail(item.error());
        part.items.push_back(*item);
        if (m_cursor.accept("default")) {
            if (auto equals = m_cursor.expect("="); !equals)
                return equals;
            if (auto value = one(part.items); !value)
                return value;
        }
        stage.parts.push_back(std::move(part));
    } while (m_cursor.accept(","));
    if (auto on = m_cursor.expect("on"); !on)
        return on;
    // "name = axis" or the axis; a whole expression would take the "in" behind it for an operator.
    auto axis = m_expressions.primaryWithPostfix();
    if (axis && (*axis)->kind == ExprKind::Name && m_cursor.accept("=")) {
        auto named = std::make_shared<Expr>(**axis);
        axis = m_expressions.primaryWithPostfix();
        if (axis) {
            named->kind = ExprKind::Named;
            named->names = {named->text};
            named->depth = (*axis)->depth + 1;
            named->args = {*axis};
            axis = named;
        }
    }
    if (!axis)
        return fail(axis.error());
    stage.items.push_back(*axis);
    if (auto range = seriesRange(stage); !range)
        return range;
    if (!m_cursor.accept("by"))
        return {};
    auto by = m_expressions.namedList();
    if (!by)
        return fail(by.error());
    stage.by = std::move(*by);
    return {};
}

Status PipelineParser::seriesRange(Stage& stage)
{
    if (m_cursor.accept("in"))
        return parameterBehind(stage, "in");
    for (const std::string_view word : {"from", "to", "step"}) {
        if (!m_cursor.accept(word))
            continue;
        if (auto value = parameterBehind(stage, word); !value)
            return value;
    }
    return {};
}

Status PipelineParser::topNested(Stage& stage)
{
    do {
        if (!stage.parts.empty()) {
            if (auto again = m_cursor.expect("top-nested"); !again)
                return again;
        }
        Stage level;
        if (auto done = nestedLevel(level); !done)
            return done;
        stage.parts.push_back(std::move(level));
    } while (m_cursor.accept(","));
    return {};
}

/// "2 of key with others = 'rest' by aggregate desc": by holds the key and the ordered aggregate.
Status PipelineParser::nestedLevel(Stage& level)
{
    level.span = m_cursor.peek().span;
    if (!m_cursor.at("of")) {
        if (auto count = one(level.items); !count)
            return count;
    }
    if (auto of = m_cursor.expect("of"); !of)
        return of;
    auto key = m_expressions.namedExpression();
    if (!key)
        return fail(key.error());
    level.by.push_back(*key);
    if (m_cursor.accept("with")) {
        for (const std::string_view word : {"others", "="}) {
            if (auto found = m_cursor.expect(word); !found)
                return found;
        }
        if (auto others = parameterBehind(level, "others"); !others)
            return others;
    }
    if (auto by = m_cursor.expect("by"); !by)
        return by;
    auto aggregate = m_expressions.orderedExpression();
    if (!aggregate)
        return fail(aggregate.error());
    level.by.push_back(*aggregate);
    return {};
}

/// "5 of column by weight"
Status PipelineParser::topHitters(Stage& stage)
{
    if (auto count = one(stage.items); !count)
        return count;
    if (auto of = m_cursor.expect("of"); !of)
        return of;
    auto column = m_expressions.namedExpression();
    if (!column)
        return fail(column.error());
    stage.by.push_back(*column);
    return m_cursor.accept("by") ? one(stage.by) : Status{};
}

/// "by text with threshold = 0.2, characters = '-'"
Status PipelineParser::reduce(Stage& stage)
{
    if (auto by = m_cursor.expect("by"); !by)
        return by;
    if (auto text = one(stage.by); !text)
        return text;
    if (!m_cursor.accept("with"))
        return {};
    do {
        auto name = m_expressions.name();
        if (!name)
            return fail(name.error());
        if (auto equals = m_cursor.expect("="); !equals)
            return equals;
        if (auto value = parameterBehind(stage, (*name)->text); !value)
            return value;
    } while (m_cursor.accept(",") || m_cursor.peek().kind == TokenKind::Identifier);
    return {};
}

Status PipelineParser::scan(Stage& stage)
{
    if (m_cursor.at("partition") && m_cursor.peek(1).is("by")) {
        m_cursor.take();
        m_cursor.take();
        if (auto key = parameterBehind(stage, "partition"); !key)
            return key;
    }
    if (m_cursor.at("order") && m_cursor.peek(1).is("by")) {
        m_cursor.take();
        m_cursor.take();
        if (auto keys = orderedList(stage.by); !keys)
            return keys;
    }
    if (m_cursor.accept("declare")) {
        if (auto columns = scanDeclarations(stage); !columns)
            return columns;
    }
    for (const std::string_view word : {"with", "("}) {
        if (auto found = m_cursor.expect(word); !found)
            return found;
    }
    while (m_cursor.accept("step")) {
        Stage step;
        if (auto done = scanStep(step); !done)
            return done;
        stage.parts.push_back(std::move(step));
        if (!m_cursor.accept(";"))
            break;
    }
    if (stage.parts.empty())
        return fail(m_cursor.missing("'step'"));
    return m_cursor.expect(")");
}

/// "(name:type = default, …)"
Status PipelineParser::scanDeclarations(Stage& stage)
{
    if (auto open = m_cursor.expect("("); !open)
        return open;
    while (!m_cursor.at(")")) {
        FunctionParameter column;
        auto name = m_expressions.name();
        if (!name)
            return fail(name.error());
        column.name = (*name)->text;
        column.span = (*name)->span;
        if (auto colon = m_cursor.expect(":"); !colon)
            return colon;
        if (m_cursor.peek().kind != TokenKind::Identifier)
            return fail(m_cursor.missing("a type"));
        column.type = m_cursor.take().value;
        if (m_cursor.accept("=")) {
            auto value = m_expressions.expression();
            if (!value)
                return fail(value.error());
            column.fallback = *value;
        }
        stage.declarations.push_back(std::move(column));
        if (!m_cursor.accept(","))
            break;
    }
    return m_cursor.expect(")");
}

/// "name output=last: condition => column = value, …" behind "step"
Status PipelineParser::scanStep(Stage& step)
{
    auto name = m_expressions.name();
    if (!name)
        return fail(name.error());
    step.name = (*name)->text;
    step.span = (*name)->span;
    m_cursor.accept("optional");
    if (m_cursor.accept("output")) {
        if (auto equals = m_cursor.expect("="); !equals)
            return equals;
        auto kind = m_expressions.name();
        if (!kind)
            return fail(kind.error());
        step.parameters.push_back({"output", *kind, (*kind)->span});
    }
    if (auto colon = m_cursor.expect(":"); !colon)
        return colon;
    if (auto condition = one(step.items); !condition)
        return condition;
    if (!m_cursor.accept("=>"))
        return {};
    auto assignments = m_expressions.namedList();
    if (!assignments)
        return fail(assignments.error());
    step.by = std::move(*assignments);
    return {};
}

} // namespace gatehouse::kql
