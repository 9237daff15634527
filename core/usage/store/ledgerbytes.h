// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/archive.h"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::cost {

/// Bookings, cells and the state as the bytes that the store keeps: numbers of seven bits a byte, short ones
/// first. What is read back is checked; empty for bytes that no writer of this version made.
void writeBooking(const Booking& booking, std::string& out);
[[nodiscard]] std::optional<Booking> readBooking(std::string_view bytes);
void writeCell(const Cell& cell, std::string& out);
[[nodiscard]] std::optional<Cell> readCell(std::string_view bytes);
[[nodiscard]] std::string writeState(const LedgerState& state);
[[nodiscard]] std::optional<LedgerState> readState(std::string_view json);

/// Eight bytes each, the lowest first.
[[nodiscard]] std::string writeNumbers(const std::vector<std::uint64_t>& numbers);
/// Appends; what does not make eight bytes is left out.
void readNumbers(std::string_view bytes, std::vector<std::uint64_t>& out);

} // namespace gatehouse::cost
