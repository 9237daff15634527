// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/expectationreader.h"
#include "core/kql/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql::language {

void ExpectationReader::renderProperty()
{
    if (!before(1, "=")) {
        m_found.kinds = operandComes(here().first) ? renderProperties() : std::span<const WordDoc>();
        return;
    }
    const std::string_view name = textBefore(2);
    if (name == "kind")
        m_found.words = {"default", "stacked", "stacked100", "unstacked"};
    else if (name == "legend")
        m_found.words = {"visible", "hidden"};
    else if (name == "xaxis" || name == "yaxis")
        m_found.words = {"linear", "log"};
    else if (name == "ysplit")
        m_found.words = {"none", "axes", "panels"};
    else if (name == "accumulate")
        m_found.words = {"true", "false"};
    else
        m_found.columns =
            name == "xcolumn" || name == "ycolumns" || name == "series" || name == "anomalycolumns";
}

void ExpectationReader::stageFrom(std::size_t stage)
{
    if (stage >= m_end) {
        m_found.queryOperators = true;
        return;
    }
    struct Entry
    {
        std::string_view name;
        Rule rule;
    };
    using R = ExpectationReader;
    static constexpr std::array<Entry, 31> rules = {{{"summarize", &R::summarize},
                                                     {"project-away", &R::columnNames},
                                                     {"project-keep", &R::columnNames},
                                                     {"project-reorder", &R::columnNames},
                                                     {"project-rename", &R::rename},
                                                     {"sort", &R::sorted},
                                                     {"order", &R::sorted},
                                                     {"top", &R::top},
                                                     {"take", &R::number},
                                                     {"limit", &R::number},
                                                     {"sample", &R::number},
                                                     {"sample-distinct", &R::ofColumns},
                                                     {"top-hitters", &R::ofColumns},
                                                     {"top-nested", &R::ofColumns},
                                                     {"partition", &R::byColumns},
                                                     {"reduce", &R::byColumns},
                                                     {"join", &R::join},
                                                     {"lookup", &R::join},
                                                     {"union", &R::unionTables},
                                                     {"render", &R::render},
                                                     {"mv-expand", &R::expand},
                                                     {"mv-apply", &R::expand},
                                                     {"make-series", &R::makeSeries},
                                                     {"parse", &R::parse},
                                                     {"parse-where", &R::parse},
                                                     {"parse-kv", &R::parse},
                                                     {"evaluate", &R::evaluate},
                                                     {"range", &R::range},
                                                     {"invoke", &R::number},
                                                     {"search", &R::search},
                                                     {"find", &R::search}}};
    const std::string_view name = m_outline.code[stage].text;
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const Entry& entry) { return entry.name == name; });
    if (found != rules.end())
        (this->*found->rule)(stage + 1);
    else if (name == "count" || name == "as" || name == "getschema" || name == "consume")
        return;
    else
        operands(stage + 1);
}

void ExpectationReader::operands(std::size_t first)
{
    const bool operand = operandComes(first);
    m_found.columns = operand;
    m_found.scalars = operand;
    m_found.comparisons = !operand;
}

void ExpectationReader::columnNames(std::size_t first)
{
    m_found.columns = operandComes(first);
    if (!m_found.columns && m_outline.isAt(first - 1, "project-reorder"))
        m_found.words = {"asc", "desc"};
}

void ExpectationReader::rename(std::size_t /*first*/)
{
    m_found.columns = before(1, "=");
}

void ExpectationReader::number(std::size_t first)
{
    m_found.scalars = operandComes(first);
}

void ExpectationReader::summarize(std::size_t first)
{
    const bool grouped = has(first, "by");
    operands(first);
    if (m_found.scalars) {
        m_found.aggregates = !grouped;
        m_found.columns = grouped;
        m_found.bins = grouped;
    } else if (!grouped) {
        m_found.words = {"by"};
    }
    if (m_end == first) {
        m_found.words = {"by"};
        m_found.wordsLast = true;
    }
}

void ExpectationReader::sorted(std::size_t first)
{
    if (!has(first, "by")) {
        m_found.words = {"by"};
        return;
    }
    operands(first);
    if (!m_found.columns && before(1, "nulls"))
        m_found.words = {"first", "last"};
    else if (!m_found.columns)
        m_found.words = {"asc", "desc", "nulls first", "nulls last"};
}

void ExpectationReader::top(std::size_t first)
{
    if (m_end == first)
        m_found.scalars = true;
    else
        sorted(first);
}

void ExpectationReader::ofColumns(std::size_t first)
{
    if (before(1, "by")) {
        m_found.aggregates = true;
        return;
    }
    m_found.columns = before(1, "of") || (before(1, ",") && has(first, "of"));
    if (!m_found.columns && m_end > first)
        m_found.words = {"of", "by"};
}

void ExpectationReader::byColumns(std::size_t first)
{
    m_found.columns = before(1, "by");
    if (!m_found.columns && !has(first, "by"))
        m_found.words = {"by"};
}

void ExpectationReader::join(std::size_t first)
{
    if (has(first, "on")) {
        findJoin();
        if (operandComes(first)) {
            m_found.columns = true;
            m_found.rows = Expectation::Rows::JoinKeys;
            m_found.words = {"$left.", "$right."};
        } else {
            m_found.words = {"and", "=="};
        }
        return;
    }
    if (before(1, "=")) {
        if (before(2, "kind"))
            m_found.kinds = joinKinds();
        else
            m_found.words = {"shuffle", "broadcast"};
        return;
    }
    if (behindParameters(first) == m_end) {
        m_found.tables = true;
        m_found.words = {"kind=", "hint."};
    } else {
        m_found.words = {"on"};
    }
}

void ExpectationReader::unionTables(std::size_t first)
{
    if (before(1, "=")) {
        if (before(2, "kind"))
            m_found.words = {"outer", "inner"};
        else if (before(2, "isfuzzy"))
            m_found.words = {"true", "false"};
        return;
    }
    m_found.tables = operandComes(first) || behindParameters(first) == m_end;
    if (m_found.tables && !has(first, ","))
        m_found.words = {"withsource=", "isfuzzy=", "kind="};
}

void ExpectationReader::render(std::size_t first)
{
    if (before(1, "="))
        renderProperty();
    else if (m_end == first)
        m_found.kinds = renderKinds();
    else
        m_found.words = {"with ("};
}

void ExpectationReader::expand(std::size_t first)
{
    if (before(1, "to")) {
        m_found.words = {"typeof("};
        return;
    }
    operands(first);
    const bool apply = m_outline.isAt(first - 1, "mv-apply");
    if (!m_found.columns)
        m_found.words = {"to typeof(", apply ? "on (" : "limit"};
    else if (m_end == first)
        m_found.words = {"with_itemindex=", "bagexpansion="};
}

void ExpectationReader::makeSeries(std::size_t first)
{
    const bool axis = has(first, "on");
    operands(first);
    if (m_found.scalars) {
        m_found.aggregates = !axis;
        m_found.columns = axis && (before(1, "on") || has(first, "by"));
        return;
    }
    if (!axis)
        m_found.words = {"default=", "on"};
    else if (!has(first, "by"))
        m_found.words = {"from", "to", "step", "by"};
}

void ExpectationReader::parse(std::size_t first)
{
    if (m_end == first) {
        m_found.columns = true;
        m_found.words = {"kind="};
    } else if (before(1, "=")) {
        m_found.words = {"simple", "regex", "relaxed"};
    } else if (!has(first, "with")) {
        m_found.words = {m_outline.isAt(first - 1, "parse-kv") ? "as (" : "with"};
    }
}

void ExpectationReader::evaluate(std::size_t first)
{
    if (m_end == first)
        m_found.kinds = plugins();
}

void ExpectationReader::range(std::size_t first)
{
    if (m_end <= first)
        return;
    if (operandComes(first + 1) && m_end > first + 1)
        m_found.scalars = true;
    else
        m_found.words = {!has(first, "from") ? "from" : !has(first, "to") ? "to" : "step"};
}

void ExpectationReader::search(std::size_t first)
{
    if (m_end == first)
        m_found.words = {"in ("};
    else if (m_outline.isAt(first - 1, "find"))
        m_found.words = {"where", "project"};
}

} // namespace gatehouse::kql::language
