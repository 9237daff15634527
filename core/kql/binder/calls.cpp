// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/functions/conversion.h"

#include <algorithm>

namespace gatehouse::kql {

namespace {

constexpr std::size_t MaxWeight = 100'000;
constexpr int MaxExprDepth = 600;

/// The letters of a signature for a number of arguments: "|" is dropped, "+" repeats; empty when it does not
/// fit.
std::optional<std::string> lettersFor(const FunctionSpec& form, std::size_t count)
{
    std::string letters;
    std::size_t required = std::string::npos;
    bool repeats = false;
    for (const char c : form.signature) {
        if (c == '|')
            required = letters.size();
        else if (c == '+')
            repeats = true;
        else
            letters += c;
    }
    if (count < std::min(required, letters.size()) || (count > letters.size() && !repeats))
        return std::nullopt;
    const bool alternates = form.name == "case" || form.name == "iff" || form.name == "iif";
    if (alternates && count % 2 == 1 && count >= 3) {
        letters.clear();
        for (std::size_t i = 0; i < count; ++i)
            letters += i + 1 < count && i % 2 == 0 ? 'b' : 'c';
        return letters;
    }
    if (alternates)
        return std::nullopt;
    while (letters.size() < count)
        letters += letters.back();
    letters.resize(count);
    return letters;
}

bool takesExactly(char letter, ColumnType type)
{
    if (letter == '*' || letter == 'S' || letter == 'J' || letter == 'c')
        return true;
    if (letter == 'l' && type == ColumnType::Int)
        return true;
    return typeOfLetter(letter) == type;
}

bool takes(char letter, ColumnType type)
{
    if (takesExactly(letter, type))
        return true;
    const auto wanted = typeOfLetter(letter);
    return wanted && convertsTo(type, *wanted);
}

std::optional<ColumnType> commonOf(const std::string& letters, const std::vector<ExprRef>& args)
{
    std::optional<ColumnType> common;
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (letters[i] != 'c')
            continue;
        common = common ? commonType(*common, args[i]->type) : args[i]->type;
        if (!common)
            return std::nullopt;
    }
    return common;
}

} // namespace

ExprRef Binder::constant(Column column, Span span) const
{
    auto expr = std::make_shared<BoundExpr>();
    expr->kind = BoundExpr::Kind::Constant;
    expr->type = column.type();
    expr->span = span;
    expr->constant = std::make_shared<const Column>(std::move(column));
    return expr;
}

const FunctionSpec* Binder::chooseForm(std::string_view name, const std::vector<ExprRef>& args) const
{
    for (const bool exact : {true, false}) {
        for (const FunctionSpec* form : findFunctions(name)) {
            const auto letters = lettersFor(*form, args.size());
            if (!letters)
                continue;
            bool fits = letters->find('c') == std::string::npos || commonOf(*letters, args);
            for (std::size_t i = 0; fits && i < args.size(); ++i)
                fits =
                    exact ? takesExactly((*letters)[i], args[i]->type) : takes((*letters)[i], args[i]->type);
            if (fits)
                return form;
        }
    }
    return nullptr;
}

Result<ExprRef> Binder::convert(ExprRef expr, ColumnType type, Span span)
{
    if (expr->type == type)
        return expr;
    const RowFunction cast = castFunction(expr->type, type);
    if (cast == nullptr)
        return semantic("SEM0019",
                        "A value of type " + std::string(toString(expr->type)) + " cannot become a " +
                            std::string(toString(type)) + ".",
                        span);
    auto call = std::make_shared<BoundExpr>();
    call->kind = BoundExpr::Kind::Call;
    call->type = type;
    call->span = span;
    call->function = "convert";
    call->row = cast;
    call->nullIfAnyNull = true;
    call->args = {std::move(expr)};
    return finishCall(std::move(call));
}

Result<ExprRef> Binder::finishCall(std::shared_ptr<BoundExpr> call)
{
    bool constants = true;
    for (const ExprRef& argument : call->args) {
        call->weight += argument->weight;
        call->depth = std::max(call->depth, argument->depth + 1);
        call->wholeInput = call->wholeInput || argument->wholeInput;
        call->changing = call->changing || argument->changing;
        constants = constants && argument->kind == BoundExpr::Kind::Constant;
    }
    if (call->weight > MaxWeight || call->depth > MaxExprDepth)
        return semantic("SEM0001", "The query is too complex: an expression has too many parts.", call->span);
    if (!constants || call->wholeInput || call->changing)
        return ExprRef(std::move(call));
    Chunk one;
    one.rows = 1;
    const View value = evaluate(m_evaluation, *call, one);
    Column folded({}, call->type);
    folded.appendFrom(*value.column, value.at(0));
    if (auto held = m_evaluation.charge(folded.memoryBytes()); !held) // the plan keeps it
        return fail(held.error());
    return constant(std::move(folded), call->span);
}

Result<ExprRef> Binder::makeCall(std::string_view name, std::vector<ExprRef> args, Span span,
                                 const RowScope& rows)
{
    const FunctionSpec* form = chooseForm(name, args);
    if (form == nullptr) {
        std::string types;
        for (const ExprRef& argument : args)
            types += (types.empty() ? "" : ", ") + std::string(toString(argument->type));
        return semantic("SEM0064",
                        "'" + std::string(rows.operation) + "' operator: '" + std::string(name) +
                            "' cannot be applied to arguments of type (" + types + ").",
                        span);
    }
    const std::string letters = *lettersFor(*form, args.size());
    const auto common = commonOf(letters, args);
    if ((form->flags & FunctionSpec::WholeInput) != 0 && !rows.serialized)
        return semantic(
            "SEM0093", "'" + std::string(name) + "' needs rows in an order: put serialize or sort before it.",
            span);
    for (std::size_t i = 0; i < args.size(); ++i) {
        const auto wanted = letters[i] == 'c' ? common : typeOfLetter(letters[i]);
        const bool keeps = !wanted || (letters[i] == 'l' && args[i]->type == ColumnType::Int);
        if (keeps)
            continue;
        auto converted = convert(args[i], *wanted, span);
        if (!converted)
            return converted;
        args[i] = *converted;
    }
    const bool neighbour = name == "prev" || name == "next";
    for (std::size_t i = 1; neighbour && i < args.size(); ++i) {
        const bool constant = args[i]->kind == BoundExpr::Kind::Constant;
        if (!constant || (i == 1 && args[i]->constant->integerAt(0) <= 0))
            return semantic(
                "SEM0093",
                "'" + std::string(name) + "': " +
                    (i == 1 ? "the offset must be a positive constant." : "the default must be a constant."),
                span);
    }
    auto call = std::make_shared<BoundExpr>();
    call->kind = BoundExpr::Kind::Call;
    call->type = form->result == 'c'   ? common.value_or(ColumnType::Dynamic)
                 : form->result == '1' ? args[0]->type
                                       : typeOfLetter(form->result).value_or(ColumnType::Dynamic);
    call->span = span;
    call->function = form->name;
    call->row = form->row;
    call->vector = form->vector;
    call->nullIfAnyNull = (form->flags & FunctionSpec::NullIfAnyNull) != 0;
    call->wholeInput = (form->flags & FunctionSpec::WholeInput) != 0;
    call->changing = (form->flags & FunctionSpec::Changing) != 0;
    call->args = std::move(args);
    return finishCall(std::move(call));
}

} // namespace gatehouse::kql
