// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace gatehouse {

/// Makes the calling thread give way to others of the process, by steps of nice (1 to 19). Does nothing where
/// a thread has no priority of its own.
void lowerThreadPriority(int steps);

} // namespace gatehouse
