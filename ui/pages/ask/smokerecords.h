// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/smoke/history.h"
#include "core/rag/smoke/suite.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/ask/asklist.h"

#include <optional>
#include <vector>

/// What the smoke tests' panel shows of runs, as rows and text. Names, answers and reasons are untrusted;
/// they are shown as they are, on one line.
namespace gatehouse::ui {

struct Tokens;

[[nodiscard]] std::vector<ColumnSpec> smokeResultColumns();
/// One row for each question that was asked, the case by the member.
[[nodiscard]] std::vector<Record> smokeResultRecords(const rag::smoke::Run& run, const Tokens& tokens);
/// The key of a result's row.
[[nodiscard]] QString smokeKey(const rag::smoke::CaseResult& result);

[[nodiscard]] std::vector<ColumnSpec> smokeTrendColumns();
/// One row for each case and member that the last of these runs asked; oldest run first.
[[nodiscard]] std::vector<Record> smokeTrendRecords(const std::vector<rag::smoke::Run>& runs,
                                                    const Tokens& tokens);

/// Newest first, after the one on its way.
[[nodiscard]] std::vector<AskRow> smokeRunRows(const std::vector<rag::smoke::Run>& runs,
                                               const QString& underWay);
/// "7 of 10 passed · 2 failed · 1 unknown"
[[nodiscard]] QString smokeTallyText(const rag::smoke::Tally& tally);
/// A line for each member: how it did, and whether it answers as the primary does, where that is known.
[[nodiscard]] QString smokeMembersText(const rag::smoke::Run& run);
/// Everything that is known of one result. suite: where its question may stand.
[[nodiscard]] QString smokeDetailText(const rag::smoke::CaseResult& result,
                                      const std::optional<rag::smoke::Suite>& suite);
/// What would be asked of whom: "5 questions · 3 documents: … · asked of a, b".
[[nodiscard]] QString smokePlanText(const rag::smoke::Suite& suite, const std::vector<std::string>& members);
[[nodiscard]] bool smokeSimulated(const rag::smoke::Run& run);

} // namespace gatehouse::ui
