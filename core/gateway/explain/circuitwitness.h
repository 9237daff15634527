// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/replay.h"

#include <optional>
#include <vector>

namespace gatehouse::gateway {

enum class Tristate { No, Unknown, Yes };

/// What the log tells of one backend at any moment: whether its circuit admitted a call, and for how long it
/// was parked. Made once for a request, from the attempts of others and the request's own. The order of the
/// own ones is certain; that of others is in doubt within half a second (a quarter of the trip at most).
/// Pure; one thread.
class CircuitWitness
{
public:
    /// own: the request's attempts, in order, wherever they went. completeSince and fromTheBeginning as in
    /// LogNeighbourhood; without completeSince everything is Unknown. decidedAt: the first moment that will
    /// be asked for. The lists are not kept.
    CircuitWitness(const Backend& backend, const std::vector<LoggedAttempt>& others,
                   const std::vector<BackendAttempt>& own, std::optional<DateTime> completeSince,
                   bool fromTheBeginning, DateTime decidedAt);

    /// As the request's attempt of that number (from 0) was decided, at that moment.
    [[nodiscard]] Tristate admits(DateTime at, std::size_t attempt) const;
    /// Whether it was still parked for longer than that span.
    [[nodiscard]] Tristate parkedFor(Ticks span, DateTime at, std::size_t attempt) const;

private:
    static constexpr std::size_t Others = static_cast<std::size_t>(-1);
    struct Change
    {
        DateTime at;
        Tristate admits = Tristate::Yes;
        std::size_t own = Others; ///< the own attempt that caused it
    };
    using Changes = std::vector<Change>;
    struct Parking
    {
        DateTime from;
        DateTime until;
        std::size_t own = Others;
    };
    class Walk;
    struct Entry
    {
        const LoggedAttempt* attempt;
        std::size_t own;
    };

    /// From where on the circuit can be told.
    struct Foothold
    {
        DateTime knownFrom;
        DateTime after;      ///< the walk begins with what started after it
        bool silent = false; ///< closed or not: nothing was sent for longer than a circuit remembers
    };

    void walkFromFoothold(const Backend& backend, std::vector<Entry> entries, DateTime since,
                          DateTime decidedAt);
    [[nodiscard]] static Foothold findFoothold(const Backend& backend, const std::vector<Entry>& entries,
                                               DateTime since, DateTime decidedAt);

    [[nodiscard]] Tristate at(const Changes& changes, DateTime moment, std::size_t attempt) const;

    bool m_known = false;
    Ticks m_doubt{0};
    std::vector<Changes> m_histories; ///< one for each state that the circuit may have begun in
    std::vector<Parking> m_parkings;
    DateTime m_circuitKnownFrom;
    DateTime m_parkingsKnownFrom;
};

} // namespace gatehouse::gateway
