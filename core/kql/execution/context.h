// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"
#include "core/kql/plan/plan.h"

#include <re2/re2.h>

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace gatehouse::kql {

class JsonReader;

/// What one execution holds: the way to stop it, its memory, its clock and the caches of its functions. One
/// thread.
class Evaluation
{
public:
    explicit Evaluation(const QueryOptions& options);
    ~Evaluation();
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    [[nodiscard]] const QueryOptions& options() const { return m_options; }
    [[nodiscard]] QueryStatistics& statistics() { return m_statistics; }
    [[nodiscard]] DateTime now() const { return m_options.now; }
    /// Cancelled once the token asks for it; the error of a function that could not go on.
    [[nodiscard]] Status checkStop() const;
    /// Whether a column under construction has outgrown the budget. From then on checkStop fails, and the
    /// caller may fill the rest of the column with nulls.
    [[nodiscard]] bool outgrown(std::size_t bytes);

    /// Accounts for bytes that an operator keeps; Unavailable beyond the budget.
    [[nodiscard]] Status charge(std::size_t bytes);
    void release(std::size_t bytes) { m_memory -= std::min(bytes, m_memory); }

    /// Reads dynamic values; each slot has its own buffer, so two values can be held at once.
    [[nodiscard]] JsonReader& json(std::size_t slot = 0);
    /// A compiled pattern; null when it is no regular expression. Valid until the next call.
    [[nodiscard]] const re2::RE2* regex(std::string_view pattern);
    /// The same for who keeps it.
    [[nodiscard]] static std::unique_ptr<re2::RE2> compile(std::string_view pattern);
    /// Drops the rows of a Cached node.
    void forget(const PlanNode* node);

    /// The rows of Cached nodes that were computed already.
    std::unordered_map<const PlanNode*, std::shared_ptr<const std::vector<Chunk>>> cached;
    /// The rows that Input leaves hand out now.
    std::unordered_map<const PlanNode*, Chunk> groups;
    std::string scratch; ///< for row functions, valid until the next call
    std::string scratch2;

private:
    [[nodiscard]] tl::unexpected<Error> overBudget() const;

    const QueryOptions& m_options;
    QueryStatistics m_statistics;
    std::size_t m_memory = 0;
    bool m_outgrown = false;
    std::vector<std::unique_ptr<JsonReader>> m_readers;
    std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>> m_patterns;
};

/// Bytes charged for the life of this object.
class Reservation
{
public:
    explicit Reservation(Evaluation& evaluation)
        : m_evaluation(evaluation)
    {}
    ~Reservation() { m_evaluation.release(m_bytes); }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

    /// Sets how much is held now.
    [[nodiscard]] Status hold(std::size_t bytes);

private:
    Evaluation& m_evaluation;
    std::size_t m_bytes = 0;
};

/// The values of an expression over a chunk.
[[nodiscard]] View evaluate(Evaluation& evaluation, const BoundExpr& expr, const Chunk& chunk);

/// Hands out the rows of a plan node chunk by chunk. Pulled by one thread.
class Stream
{
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// False at the end; chunk is then unchanged. A chunk may have no rows.
    [[nodiscard]] virtual Result<bool> next(Chunk& chunk) = 0;
};

/// The stream of a plan whose columns prunePlan has marked.
[[nodiscard]] std::unique_ptr<Stream> openStream(Evaluation& evaluation, const PlanNode& node);

/// All rows of a stream as one chunk; charges the reservation.
[[nodiscard]] Result<Chunk> collect(Evaluation& evaluation, Stream& stream, const Schema& schema,
                                    Reservation& memory);

} // namespace gatehouse::kql
