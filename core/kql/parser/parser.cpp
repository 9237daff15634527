// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/parser.h"

#include "core/kql/parser/operators.h"

namespace gatehouse::kql {

namespace {

class StatementParser
{
public:
    explicit StatementParser(TokenCursor& cursor)
        : m_cursor(cursor)
        , m_pipelines(cursor)
    {}

    Result<SyntaxTree> run()
    {
        SyntaxTree tree;
        if (auto done = statements(tree.statements, {}); !done)
            return fail(done.error());
        return tree;
    }

private:
    // Each let keeps the names before it: later stages recurse over that chain, and it is copied.
    static constexpr int MostStatements = 1000;

    Status statements(std::vector<Statement>& into, std::string_view closer)
    {
        const TokenCursor::Level level(m_cursor);
        if (level.tooDeep())
            return fail(m_cursor.tooDeep());
        const auto closed = [&] { return closer.empty() ? m_cursor.atEnd() : m_cursor.at(closer); };
        while (!closed()) {
            if (m_cursor.accept(";"))
                continue;
            if (++m_statements > MostStatements)
                return fail(m_cursor.tooLong());
            auto next = statement();
            if (!next)
                return fail(next.error());
            into.push_back(std::move(*next));
            if (!closed() && !m_cursor.at(";"))
                return fail(m_cursor.missing("';' or '|'"));
        }
        return {};
    }

    Result<Statement> statement()
    {
        const Token& next = m_cursor.peek(1);
        const bool namePart = next.kind == TokenKind::Identifier || next.is("[");
        if (m_cursor.at("let") && namePart)
            return let();
        if (m_cursor.at("set") && next.kind == TokenKind::Identifier)
            return set();
        if (m_cursor.at("declare") && (next.is("query_parameters") || next.is("pattern")))
            return declare();
        if ((m_cursor.at("alias") && next.is("database")) || (m_cursor.at("restrict") && next.is("access")))
            return ignored();
        Statement query;
        query.span = m_cursor.peek().span;
        auto value = m_pipelines.expressions().expressionOrPipeline();
        if (!value)
            return fail(value.error());
        query.value = *value;
        query.span = (*value)->span;
        return query;
    }

    Result<Statement> let()
    {
        Statement result;
        result.kind = StatementKind::Let;
        result.span = m_cursor.take().span;
        auto name = m_pipelines.expressions().name();
        if (!name)
            return fail(name.error());
        result.name = (*name)->text;
        result.span = (*name)->span;
        if (auto equals = m_cursor.expect("="); !equals)
            return fail(equals.error());
        if (functionFollows())
            return function(std::move(result));
        auto value = m_pipelines.expressions().expressionOrPipeline();
        if (!value)
            return fail(value.error());
        result.value = *value;
        return result;
    }

    /// "(…) {" or "view (…) {" stands here.
    [[nodiscard]] bool functionFollows() const
    {
        std::size_t at = m_cursor.peek().is("view") ? 1 : 0;
        if (!m_cursor.peek(at).is("("))
            return false;
        int depth = 0;
        for (;; ++at) {
            const Token& token = m_cursor.peek(at);
            if (token.kind == TokenKind::End)
                return false;
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            if (depth == 0)
                return m_cursor.peek(at + 1).is("{");
        }
    }

    Result<Statement> function(Statement result)
    {
        result.kind = StatementKind::LetFunction;
        result.function = std::make_shared<FunctionBody>();
        result.function->view = m_cursor.accept("view");
        m_cursor.take();
        auto parameters = functionParameters();
        if (!parameters)
            return fail(parameters.error());
        result.function->parameters = std::move(*parameters);
        if (auto open = m_cursor.expect("{"); !open)
            return fail(open.error());
        if (auto body = statements(result.function->statements, "}"); !body)
            return fail(body.error());
        if (auto close = m_cursor.expect("}"); !close)
            return fail(close.error());
        return result;
    }

    Result<std::vector<FunctionParameter>> functionParameters()
    {
        std::vector<FunctionParameter> parameters;
        while (!m_cursor.at(")")) {
            auto parameter = functionParameter();
            if (!parameter)
                return fail(parameter.error());
            parameters.push_back(std::move(*parameter));
            if (!m_cursor.accept(","))
                break;
        }
        if (auto close = m_cursor.expect(")"); !close)
            return fail(close.error());
        return parameters;
    }

    Result<FunctionParameter> functionParameter()
    {
        FunctionParameter parameter;
        auto name = m_pipelines.expressions().name();
        if (!name)
            return fail(name.error());
        parameter.name = (*name)->text;
        parameter.span = (*name)->span;
        if (auto colon = m_cursor.expect(":"); !colon)
            return fail(colon.error());
        if (m_cursor.accept("(")) {
            parameter.tabular = true;
            auto columns = m_pipelines.columnDeclarations();
            if (!columns)
                return fail(columns.error());
            return parameter;
        }
        if (m_cursor.peek().kind != TokenKind::Identifier)
            return fail(m_cursor.missing("a type"));
        parameter.type = m_cursor.take().value;
        if (m_cursor.accept("=")) {
            auto value = m_pipelines.expressions().expression();
            if (!value)
                return fail(value.error());
            parameter.fallback = *value;
        }
        return parameter;
    }

    Result<Statement> set()
    {
        Statement result;
        result.kind = StatementKind::Set;
        result.span = m_cursor.take().span;
        result.name = m_cursor.take().value;
        if (m_cursor.accept("=")) {
            auto value = m_pipelines.expressions().expression();
            if (!value)
                return fail(value.error());
            result.value = *value;
        }
        return result;
    }

    Result<Statement> declare()
    {
        if (m_cursor.peek(1).is("pattern"))
            return pattern();
        Statement result;
        result.kind = StatementKind::Declare;
        result.span = m_cursor.take().span;
        m_cursor.take();
        if (auto open = m_cursor.expect("("); !open)
            return fail(open.error());
        auto parameters = functionParameters();
        if (!parameters)
            return fail(parameters.error());
        result.parameters = std::move(*parameters);
        return result;
    }

    /// "declare pattern name = (a:string)[b:string] { ("x").["y"] = { query }; }"; a name alone is refused
    /// later.
    Result<Statement> pattern()
    {
        Statement result;
        result.kind = StatementKind::Pattern;
        result.span = m_cursor.take().span;
        m_cursor.take();
        auto name = m_pipelines.expressions().name();
        if (!name)
            return fail(name.error());
        result.name = (*name)->text;
        if (!m_cursor.accept("="))
            return result;
        if (auto open = m_cursor.expect("("); !open)
            return fail(open.error());
        if (auto parameters = functionParameters(); !parameters)
            return fail(parameters.error());
        if (m_cursor.accept("[")) {
            if (auto path = functionParameter(); !path)
                return fail(path.error());
            if (auto close = m_cursor.expect("]"); !close)
                return fail(close.error());
        }
        if (auto open = m_cursor.expect("{"); !open)
            return fail(open.error());
        while (!m_cursor.at("}")) {
            auto entry = patternEntry();
            if (!entry)
                return fail(entry.error());
            result.patterns.push_back(std::move(*entry));
            m_cursor.accept(";");
        }
        if (auto close = m_cursor.expect("}"); !close)
            return fail(close.error());
        return result;
    }

    Result<PatternEntry> patternEntry()
    {
        PatternEntry entry;
        if (auto open = m_cursor.expect("("); !open)
            return fail(open.error());
        do {
            auto value = m_pipelines.expressions().expression();
            if (!value)
                return fail(value.error());
            entry.values.push_back(*value);
        } while (m_cursor.accept(","));
        if (auto close = m_cursor.expect(")"); !close)
            return fail(close.error());
        if (m_cursor.accept(".")) {
            auto path = m_pipelines.expressions().name();
            if (!path)
                return fail(path.error());
            entry.path = *path;
        }
        for (const std::string_view word : {"=", "{"}) {
            if (auto found = m_cursor.expect(word); !found)
                return fail(found.error());
        }
        entry.body = std::make_shared<FunctionBody>();
        if (auto body = statements(entry.body->statements, "}"); !body)
            return fail(body.error());
        if (auto close = m_cursor.expect("}"); !close)
            return fail(close.error());
        return entry;
    }

    /// Statements that KQL has and this engine refuses by name: skipped to their ";".
    Result<Statement> ignored()
    {
        Statement result;
        result.kind = StatementKind::Ignored;
        result.span = m_cursor.peek().span;
        result.name = m_cursor.peek().value;
        int depth = 0;
        while (!m_cursor.atEnd() && (depth > 0 || !m_cursor.at(";"))) {
            depth += m_cursor.at("{") ? 1 : m_cursor.at("}") ? -1 : 0;
            m_cursor.take();
        }
        return result;
    }

    TokenCursor& m_cursor;
    int m_statements = 0;
    PipelineParser m_pipelines;
};

} // namespace

Result<SyntaxTree> parse(std::string_view text)
{
    auto tokens = tokenize(text);
    if (!tokens)
        return fail(tokens.error());
    TokenCursor cursor(text, std::move(*tokens));
    return StatementParser(cursor).run();
}

} // namespace gatehouse::kql
