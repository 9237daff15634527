// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/functions/registry.h"

namespace gatehouse::kql {

/// The functions of one file each; registry.cpp puts them together.
std::span<const FunctionSpec> arithmeticFunctions();
std::span<const FunctionSpec> comparisonFunctions();
std::span<const FunctionSpec> logicFunctions();
std::span<const FunctionSpec> textOperatorFunctions();
std::span<const FunctionSpec> textFunctions();
std::span<const FunctionSpec> regexFunctions();
std::span<const FunctionSpec> mathFunctions();
std::span<const FunctionSpec> conversionFunctions();
std::span<const FunctionSpec> dateFunctions();
std::span<const FunctionSpec> dateFormatFunctions();
std::span<const FunctionSpec> dynamicFunctions();
std::span<const FunctionSpec> arrayFunctions();
std::span<const FunctionSpec> windowFunctions();
std::span<const FunctionSpec> encodingFunctions();
std::span<const FunctionSpec> hashFunctions();
std::span<const FunctionSpec> ipFunctions();
std::span<const FunctionSpec> arrayMoveFunctions();
std::span<const FunctionSpec> arraySortFunctions();
std::span<const FunctionSpec> bagFunctions();
std::span<const FunctionSpec> parserFunctions();
std::span<const FunctionSpec> xmlFunctions();
std::span<const FunctionSpec> userAgentFunctions();
std::span<const FunctionSpec> textSearchFunctions();
std::span<const FunctionSpec> unicodeFunctions();
std::span<const FunctionSpec> timeZoneFunctions();
std::span<const FunctionSpec> distributionFunctions();
std::span<const FunctionSpec> unitFunctions();
std::span<const FunctionSpec> seriesFillFunctions();
std::span<const FunctionSpec> seriesArithmeticFunctions();
std::span<const FunctionSpec> seriesStatisticsFunctions();
std::span<const FunctionSpec> seriesFitFunctions();
std::span<const FunctionSpec> seriesFilterFunctions();
std::span<const FunctionSpec> seriesSeasonFunctions();
std::span<const FunctionSpec> sketchFunctions();

} // namespace gatehouse::kql
