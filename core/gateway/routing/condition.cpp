// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/condition.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

using Kind = ExpressionNode::Kind;

std::string seenBy(RoutingField field)
{
    const std::string name = "(\"" + std::string(wireName(field)) + "\", \"\")";
    if (field == RoutingField::Model)
        return "context.Request.MatchedParameters.GetValueOrDefault" + name;
    return "context.Request.Headers.GetValueOrDefault" + name;
}

bool isChain(const ExpressionNode& node, ExpressionOperator op)
{
    return node.kind == Kind::Chain && std::all_of(node.operators.begin(), node.operators.end(),
                                                   [op](ExpressionOperator one) { return one == op; });
}

const std::string* textOf(const ExpressionNode& node)
{
    return node.kind == Kind::Literal ? std::get_if<std::string>(&node.value) : nullptr;
}

/// The field that a GetValueOrDefault(name, "") reads.
std::optional<RoutingField> fieldOf(const ExpressionNode& node)
{
    if (node.kind != Kind::Context || node.operands.size() != 2)
        return std::nullopt;
    const std::string* name = textOf(*node.operands[0]);
    const std::string* fallback = textOf(*node.operands[1]);
    if (name == nullptr || fallback == nullptr || !fallback->empty())
        return std::nullopt;
    for (std::size_t i = 0; i < TextFields; ++i) {
        const RoutingField field = textField(i);
        const ContextItem item =
            field == RoutingField::Model ? ContextItem::MatchedOrDefault : ContextItem::HeaderOrDefault;
        if (node.item == item && wireName(field) == *name)
            return field;
    }
    return std::nullopt;
}

/// Reads the terms of a condition into a match, each field once.
class TermReader
{
public:
    [[nodiscard]] bool read(const ExpressionNode& term)
    {
        if (isChain(term, ExpressionOperator::Greater))
            return readBudget(term);
        if (!isChain(term, ExpressionOperator::Or))
            return readFirst(term);
        for (std::size_t i = 0; i < term.operands.size(); ++i) {
            const ExpressionNode& one = *term.operands[i];
            if (!(i == 0 ? readFirst(one) : readNext(one)))
                return false;
        }
        return true;
    }

    [[nodiscard]] RoutingMatch take() { return std::move(m_match); }

private:
    /// A field that an earlier term has read is not of our form: both would have to hold.
    bool readFirst(const ExpressionNode& node)
    {
        const auto field = isEquality(node) ? fieldOf(*node.operands[0]) : std::nullopt;
        if (!field || !m_match.of(*field).empty())
            return false;
        m_field = *field;
        return readNext(node);
    }

    bool readNext(const ExpressionNode& node)
    {
        if (!isEquality(node) || fieldOf(*node.operands[0]) != m_field)
            return false;
        const std::string* value = textOf(*node.operands[1]);
        if (value != nullptr)
            m_match.of(m_field).push_back(*value);
        return value != nullptr;
    }

    static bool isEquality(const ExpressionNode& node)
    {
        return isChain(node, ExpressionOperator::Equal) && node.operands.size() == 2;
    }

    bool readBudget(const ExpressionNode& node)
    {
        if (node.operands.size() != 2 || m_match.budgetUsedAbove)
            return false;
        const ExpressionNode& used = *node.operands[0];
        const ExpressionNode& limit = *node.operands[1];
        const bool variable = used.kind == Kind::Context && used.item == ContextItem::VariableOrDefault &&
                              used.type == ExpressionType::Int && used.operands.size() == 2;
        if (!variable || limit.kind != Kind::Literal)
            return false;
        const std::string* name = textOf(*used.operands[0]);
        const ExpressionNode& fallback = *used.operands[1];
        const auto* percent = std::get_if<std::int32_t>(&limit.value);
        if (name == nullptr || *name != wireName(RoutingField::BudgetUsed) ||
            fallback.value != ExpressionValue(std::int32_t{0}) || fallback.kind != Kind::Literal ||
            percent == nullptr || *percent < 0 || *percent > MaxBudgetPercent)
            return false;
        m_match.budgetUsedAbove = *percent;
        return true;
    }

    RoutingMatch m_match;
    RoutingField m_field = RoutingField::Task;
};

} // namespace

std::string conditionText(const RoutingMatch& match)
{
    std::string text;
    for (std::size_t i = 0; i < TextFields; ++i) {
        std::string term;
        for (const std::string& value : match.accepted[i]) {
            term += term.empty() ? "" : " || ";
            term += seenBy(textField(i));
            term += " == ";
            term += literalText(value);
        }
        if (!term.empty())
            text += (text.empty() ? "(" : " && (") + term + ")";
    }
    if (match.budgetUsedAbove) {
        text += text.empty() ? "" : " && ";
        text += "context.Variables.GetValueOrDefault<int>(\"" +
                std::string(wireName(RoutingField::BudgetUsed)) + "\", 0) > ";
        text += std::to_string(*match.budgetUsedAbove);
    }
    return "@(" + (text.empty() ? "true" : text) + ")";
}

std::optional<RoutingMatch> matchFromCondition(const Expression& condition)
{
    const ExpressionNode& root = condition.root();
    if (root.kind == Kind::Literal && root.value == ExpressionValue(true))
        return RoutingMatch{};
    TermReader reader;
    if (isChain(root, ExpressionOperator::And)) {
        for (const ExpressionNodePtr& term : root.operands) {
            if (!reader.read(*term))
                return std::nullopt;
        }
        return reader.take();
    }
    if (!reader.read(root))
        return std::nullopt;
    return reader.take();
}

} // namespace gatehouse::gateway
