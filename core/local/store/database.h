// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// It moved, since the ledger of costs needs a database too.
#include "core/base/sqlite/database.h"
