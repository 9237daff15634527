// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

#include <string>

namespace gatehouse::ui {

/// Where an alert rule of Azure Monitor is to live, as a person types it.
struct RulePlace
{
    QString workspace;   ///< ARM id
    QString location;    ///< "West Europe" and "westeurope" are the same
    QString actionGroup; ///< ARM id of whom it tells; "" nobody
};

/// The rule as the body of a PUT. InvalidInput names the field that is wrong and how it is written right.
[[nodiscard]] Result<std::string> azureRule(const RulePlace& place);

} // namespace gatehouse::ui
