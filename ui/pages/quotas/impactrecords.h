// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/quotaboard.h"
#include "ui/models/recordmodel.h"

#include <map>

namespace gatehouse::ui {

struct Tokens;

/// An impact as rows of tables.
[[nodiscard]] std::vector<ColumnSpec> impactColumns();
[[nodiscard]] std::vector<ColumnSpec> exampleColumns();
/// names: services by their id. One row for each service, those that would be hit first.
[[nodiscard]] std::vector<Record> impactRecords(const jobs::QuotaImpact& impact,
                                                const std::map<std::string, QString>& names,
                                                const Tokens& tokens);
[[nodiscard]] std::vector<Record> exampleRecords(const jobs::QuotaImpact& impact,
                                                 const std::map<std::string, QString>& names);
/// "3 of 10 services would have been throttled: 1 204 of 52 300 calls …"
[[nodiscard]] QString impactSummary(const jobs::QuotaImpact& impact);

} // namespace gatehouse::ui
