// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who vouched for which fallback, and which deviations were granted: one document that all admins share, the
/// named value gatehouse-parity.
namespace gatehouse::gateway {

/// The points that a fallback is compared in.
enum class ParityPoint {
    Residency,
    Models,
    ContentFilter,
    Logging,
    Tools,
    Identity,
    PrivateEndpoint,
    TokenLimits,
    Exceptions
};
inline constexpr std::array AllParityPoints{
    ParityPoint::Residency,       ParityPoint::Models,      ParityPoint::ContentFilter,
    ParityPoint::Logging,         ParityPoint::Tools,       ParityPoint::Identity,
    ParityPoint::PrivateEndpoint, ParityPoint::TokenLimits, ParityPoint::Exceptions};

/// "residency": the word of the document.
[[nodiscard]] std::string_view wordOf(ParityPoint point);
/// "Region and residency": for people.
[[nodiscard]] std::string_view titleOf(ParityPoint point);
[[nodiscard]] std::optional<ParityPoint> parityPointFrom(std::string_view word);

/// Somebody vouches that a fallback of a pool may take over from its primary.
struct Certificate
{
    std::string pool;
    std::string primary;
    std::string candidate;
    std::string owner;
    DateTime date;
    DateTime expiry;   ///< void from this moment on
    std::string facts; ///< hash of what was compared; another one voids the certificate

    bool operator==(const Certificate&) const = default;
};

/// One deviation that somebody answers for until it ends.
struct ParityException
{
    std::string pool;
    std::string primary;
    std::string candidate;
    ParityPoint point = ParityPoint::Residency;
    std::string owner;
    std::string reason;
    DateTime expiry; ///< of no effect from this moment on

    bool operator==(const ParityException&) const = default;
};

/// What Azure cannot say about a backend: which tools and data it may reach.
struct ToolDeclaration
{
    std::string backend;
    std::string tools;
    std::string owner;

    bool operator==(const ToolDeclaration&) const = default;
};

struct ParityRegister
{
    std::vector<Certificate> certificates;
    std::vector<ParityException> exceptions;
    std::vector<ToolDeclaration> declarations;

    /// Each replaces the one of the same pool, primary and candidate (and point), or backend.
    void put(Certificate certificate);
    void put(ParityException exception);
    void put(ToolDeclaration declaration);
    /// How many certificates and exceptions have ended by now, which are taken out.
    int removeExpired(DateTime now);

    bool operator==(const ParityRegister&) const = default;
};

/// The named value's name, and what fits into it (contracts §4.4).
inline constexpr std::string_view ParityNamedValue = "gatehouse-parity";
inline constexpr std::size_t MaxNamedValue = 4'096;

/// "" is an empty register. Parse when the text is no such document: it is never overwritten then.
[[nodiscard]] Result<ParityRegister> readParityRegister(std::string_view text);
/// InvalidInput, with what helps, when it is longer than a named value may be.
[[nodiscard]] Result<std::string> writeParityRegister(const ParityRegister& entries);

} // namespace gatehouse::gateway
