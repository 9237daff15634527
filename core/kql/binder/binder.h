// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/binder/scope.h"
#include "core/kql/execution/context.h"
#include "core/kql/functions/registry.h"

#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::kql {

/// One answer of a query: its plan and, with a render operator, the JSON of its visualization.
struct BoundQuery
{
    PlanRef plan;
    std::string render;
    std::string name; ///< given by as at the end; empty otherwise
};

/// Resolves names and types of a tree against a catalog and makes plans. Constants are folded; toscalar() and
/// the table of an in () run at once, in the evaluation given. One query, one thread.
class Binder
{
public:
    Binder(std::string_view text, const Catalog& catalog, Evaluation& evaluation);

    [[nodiscard]] Result<std::vector<BoundQuery>> bind(const SyntaxTree& tree);
    /// What "set truncationmaxrecords" asked for.
    [[nodiscard]] std::optional<std::size_t> truncationRows() const { return m_truncation; }
    /// How much work it was so far.
    [[nodiscard]] std::size_t steps() const { return m_depth.steps; }

private:
    friend class AggregateBinder;

    /// How deep binding has recursed and how much it has done: functions that call each other twice are bound
    /// 2^n times, however short they are.
    struct Effort
    {
        int depth = 0;
        std::size_t steps = 0;
        std::size_t mostSteps = 0;
    };

    /// Counts how deep binding has recursed, whatever the way: expressions, inlined functions, tables.
    class Level
    {
    public:
        Level(Effort& effort, int weight)
            : m_effort(effort)
            , m_weight(weight)
        {
            m_effort.depth += weight;
            ++m_effort.steps;
        }
        ~Level() { m_effort.depth -= m_weight; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        [[nodiscard]] bool tooDeep() const
        {
            return m_effort.depth > MaxDepth || m_effort.steps > m_effort.mostSteps;
        }

    private:
        static constexpr int MaxDepth = 700;
        Effort& m_effort;
        int m_weight;
    };

    // binder.cpp
    [[nodiscard]] Status bindLet(const Statement& statement, const ScopeRef& scope);
    [[nodiscard]] Result<BoundQuery> bindQuery(const Expr& expr, const ScopeRef& scope);
    [[nodiscard]] Result<std::pair<const Expr*, ScopeRef>>
    enterFunction(const Expr& call, const Binding& binding, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] bool isTabular(const Expr& expr, const ScopeRef& scope, int depth = 0) const;
    [[nodiscard]] bool bodyIsTabular(const Binding& binding, int depth) const;

    // tables.cpp
    [[nodiscard]] Result<PlanRef> bindTable(const Expr& expr, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTableName(const Expr& expr, const std::string& name,
                                                const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindPattern(const Expr& call, const std::string& path,
                                              const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTableCall(const Expr& expr, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindPipeline(const Pipeline& pipeline, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindHead(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindStage(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTransform(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> scan(const std::string& name, std::shared_ptr<const TableSource> source);
    [[nodiscard]] Result<PlanRef> bindDataTable(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindRange(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindPrint(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> cached(PlanRef input);

    // operators.cpp
    [[nodiscard]] Result<PlanRef> bindWhere(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindProject(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindExtend(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindRename(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindColumnSet(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindReorder(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindSort(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTake(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindDistinct(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindCount(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindGetSchema(const Stage& stage, const PlanRef& input);
    [[nodiscard]] Result<PlanRef> bindSampleDistinct(const Stage& stage, PlanRef input,
                                                     const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindByNames(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindSummarize(const Stage& stage, PlanRef input, const ScopeRef& scope);

    // multitable.cpp
    [[nodiscard]] Result<PlanRef> bindJoin(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Status bindJoinKey(const Expr& expr, const PlanRef& left, const PlanRef& right,
                                     PlanNode& node, const ScopeRef& scope);
    [[nodiscard]] Status alignJoinKeys(const Stage& stage, std::span<PlanRef, 2> sides, PlanNode& keys);
    [[nodiscard]] Result<PlanRef> bindUnion(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<std::vector<std::pair<std::string, PlanRef>>>
    unionLegs(const Stage& stage, const ScopeRef& scope, bool fuzzy);
    /// source: the column of the tables' names, "" for none; prefix: of the names of tables without one.
    struct UnionShape
    {
        std::string source;
        std::string prefix;
        bool inner = false;
    };
    [[nodiscard]] Result<PlanRef> unionOf(const std::vector<std::pair<std::string, PlanRef>>& legs,
                                          const UnionShape& shape, Span span);

    // subqueries.cpp
    [[nodiscard]] Status bindExpandedItem(const Expr& item, const Schema& before, PlanNode& expand,
                                          const ScopeRef& scope, std::string_view operation);
    [[nodiscard]] Result<PlanRef> bindMvExpand(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindSubquery(const Stage& stage, const PlanRef& leaf,
                                               const ScopeRef& outer);
    [[nodiscard]] Result<PlanRef> bindMvApply(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindPartition(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindInvoke(const Stage& stage, PlanRef input, const ScopeRef& scope);

    // parse.cpp
    [[nodiscard]] Result<Expansion> addParsed(PlanNode& node, const std::string& name,
                                              const std::string& type, Span span);
    [[nodiscard]] Result<ExprRef> bindText(const Expr& expr, const PlanNode& input, const ScopeRef& scope,
                                           std::string_view operation);
    [[nodiscard]] Result<std::string> parsePattern(const Stage& stage, const std::string& kind,
                                                   PlanNode& node);
    [[nodiscard]] Result<PlanRef> bindParse(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<KeyValueSpec> keyValueSpec(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindParseKeyValues(const Stage& stage, PlanRef input,
                                                     const ScopeRef& scope);

    // series.cpp
    struct SeriesRange;
    [[nodiscard]] Result<SeriesRange> seriesRange(const Stage& stage);
    [[nodiscard]] Result<SeriesNumber> seriesNumber(const Expr& expr, ColumnType type, const ScopeRef& scope);
    [[nodiscard]] Result<SeriesSpec> seriesSpec(const Stage& stage, const SeriesRange& range, ColumnType axis,
                                                const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindBins(const Stage& stage, const SeriesRange& range, PlanRef input,
                                           const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindMakeSeries(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<std::size_t> bindCountArgument(const Expr& expr, const ScopeRef& scope,
                                                        std::string_view operation);
    [[nodiscard]] Result<NestedLevel> bindNestedLevel(const Stage& part, const PlanRef& input,
                                                      const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTopNested(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindReduce(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTopHitters(const Stage& stage, PlanRef input, const ScopeRef& scope);

    // sequence.cpp
    [[nodiscard]] Status bindSequenceColumns(const Stage& stage, SequenceSpec& spec, PlanNode& node,
                                             const ScopeRef& scope);
    [[nodiscard]] Result<ExprRef> bindSequenceValue(const Expr& expr, const Stage& stage,
                                                    const Schema& visible, const ScopeRef& scope);
    [[nodiscard]] Result<SequenceStep> bindSequenceStep(const Stage& part, const Stage& stage,
                                                        const Schema& visible, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindScan(const Stage& stage, PlanRef input, const ScopeRef& scope);

    // search.cpp
    /// What find looks for and what it answers.
    struct Found
    {
        Span span;
        ExprPtr condition;
        Schema readable; ///< the columns that the condition reads, with the type of the first table that has
                         ///< them
        Schema schema;
        bool pack = false; ///< the last column is the bag of the others
    };
    [[nodiscard]] Result<std::vector<std::pair<std::string, PlanRef>>> searchedTables(const Stage& stage,
                                                                                      const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindSearch(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] static std::vector<SchemaColumn> foundColumns(const Stage* project,
                                                                const std::vector<PlanRef>& tables,
                                                                const std::vector<std::string>& names,
                                                                bool& pack);
    [[nodiscard]] Result<PlanRef> findIn(const std::pair<std::string, PlanRef>& table, const Found& found,
                                         const ScopeRef& scope);
    [[nodiscard]] Result<ExprRef> packedColumns(const Schema& own, const Found& found, const RowScope& rows);
    [[nodiscard]] Result<PlanRef> bindFind(const Stage& stage, const ScopeRef& scope);

    // plugins.cpp
    [[nodiscard]] Result<PlanRef> bindEvaluate(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindPluginText(const Stage& stage, PlanRef input, const ScopeRef& outer,
                                                 bool& known); // plugintexts.cpp
    [[nodiscard]] Result<PlanRef> bindRowsNear(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindBagUnpack(const Stage& stage, PlanRef input, const ScopeRef& scope);
    struct Unpacking
    {
        std::size_t column = 0;
        std::string prefix;
        std::string conflict;
        std::set<std::string> ignored;
    };
    using BagProperties = std::map<std::string, std::optional<ColumnType>>;
    [[nodiscard]] Result<BagProperties> propertiesOf(const View& bags, std::size_t rows, const Unpacking& how,
                                                     Span span);
    void fillFromBags(const View& bags, std::size_t rows, const Unpacking& how,
                      const std::map<std::string, std::size_t>& places, Table& table);
    [[nodiscard]] Result<PlanRef> unpackBags(const Chunk& rows, const Schema& before, const Unpacking& how,
                                             Span span);
    [[nodiscard]] Result<PlanRef> pivoted(const Chunk& rows, const Schema& schema, const View& fallback,
                                          Span span);
    [[nodiscard]] Result<PlanRef> bindPivot(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindNarrow(const Stage& stage, const PlanRef& input);
    /// All rows of a plan now, for operators whose columns depend on their rows. They stay charged.
    [[nodiscard]] Result<Chunk> runNow(const PlanRef& plan, Span span);
    [[nodiscard]] Result<PlanRef> valuesNode(Table table, Span span);
    [[nodiscard]] Result<PlanRef> withDeclaredColumns(const Stage& stage, PlanRef plan, const Schema& source);

    // render.cpp
    [[nodiscard]] Result<std::string> bindRender(const Stage& stage);

    // expressions.cpp
    [[nodiscard]] Result<ExprRef> bindScalar(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindName(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindSign(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindBetween(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindLiteral(const Expr& expr);
    [[nodiscard]] Result<ExprRef> bindPath(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindBinary(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindList(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    struct ListItems
    {
        std::vector<std::shared_ptr<const Column>> constants;
        std::vector<ExprRef> others;
        std::optional<ColumnType>
            common; ///< of what is looked for and the constants; none when there is none
    };
    [[nodiscard]] Result<ListItems> bindListItems(const Expr& expr, ColumnType type, const ScopeRef& scope,
                                                  const RowScope& rows);
    [[nodiscard]] Result<ExprRef> anyOfList(const Expr& expr, const ExprRef& needle, const ExprRef& values,
                                            const std::vector<ExprRef>& others, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindCall(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindConverted(ExprRef value, std::string_view type, Span span,
                                                const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindStarOperation(const Expr& expr, const ScopeRef& scope,
                                                    const RowScope& rows);
    /// A named value list of a whole stage: bind, and the automatic name.
    [[nodiscard]] Result<ExprRef> bindConstant(const Expr& expr, const ScopeRef& scope,
                                               std::string_view operation);
    [[nodiscard]] Result<std::shared_ptr<const Column>> runColumn(const PlanRef& plan, Span span);
    /// An error when a plan cannot run while binding, because its rows are those of a subquery's group.
    [[nodiscard]] Status checkFree(const PlanRef& plan, Span span) const;

    // tuples.cpp
    [[nodiscard]] Result<std::vector<std::pair<std::string, ExprRef>>>
    bindTuple(const Expr& item, const ScopeRef& scope, const RowScope& rows);

    // specials.cpp
    /// Functions that are not functions of values: they look at names, tables or the clock.
    [[nodiscard]] Result<ExprRef> bindSpecial(const Expr& expr, const ScopeRef& scope, const RowScope& rows,
                                              bool& known);
    [[nodiscard]] Result<ExprRef> bindClock(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindToScalar(const Expr& expr, const ScopeRef& scope);
    [[nodiscard]] Result<ExprRef> bindColumns(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Status checkArguments(const Expr& call, const std::vector<ExprRef>& args) const;
    [[nodiscard]] Result<ExprRef> bindAssert(const Expr& expr, const ScopeRef& scope, const RowScope& rows);

    // calls.cpp
    /// A call of a registered function or operator; picks the form, converts the arguments, folds constants.
    [[nodiscard]] Result<ExprRef> makeCall(std::string_view name, std::vector<ExprRef> args, Span span,
                                           const RowScope& rows);
    [[nodiscard]] const FunctionSpec* chooseForm(std::string_view name,
                                                 const std::vector<ExprRef>& args) const;
    [[nodiscard]] Result<ExprRef> convert(ExprRef expr, ColumnType type, Span span);
    [[nodiscard]] Result<ExprRef> finishCall(std::shared_ptr<BoundExpr> call);
    [[nodiscard]] ExprRef constant(Column column, Span span) const;

    // binder.cpp
    [[nodiscard]] tl::unexpected<Error> semantic(std::string_view code, std::string message, Span span) const;
    [[nodiscard]] tl::unexpected<Error> unresolved(const std::string& name, Span span, const RowScope& rows,
                                                   const ScopeRef& scope) const;
    [[nodiscard]] Result<PlanRef> node(PlanKind kind, std::vector<PlanRef> inputs, Span span);

    std::vector<std::pair<std::size_t, std::string>> m_pieces; // of one bag: column and JSON
    std::deque<Reservation> m_held;                            // of rows that the plan holds as values
    std::string_view m_text;
    const Catalog& m_catalog;
    Evaluation& m_evaluation;
    std::string m_render;
    std::string m_resultName;
    std::optional<std::size_t> m_truncation;
    Effort m_depth;
    std::size_t m_nodes = 0;
};

/// The automatic name of a column that an expression makes; "" when it has none of its own.
[[nodiscard]] std::string nameOfExpression(const Expr& expr);
/// name, name1, name2, … whichever is free in the schema.
[[nodiscard]] std::string uniqueName(const Schema& schema, const std::string& name);
[[nodiscard]] std::optional<std::size_t> indexOf(const Schema& schema, std::string_view name);
[[nodiscard]] ExprRef columnRef(const Schema& schema, std::size_t index);
[[nodiscard]] bool matchesWildcard(std::string_view pattern, std::string_view name);
/// The value of a parameter as a word; "" when it is absent.
[[nodiscard]] std::string parameterOf(const Stage& stage, std::string_view name);

} // namespace gatehouse::kql
