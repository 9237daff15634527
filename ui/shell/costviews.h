// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace gatehouse::ui {

class CostPage;
class Page;
class Theme;
class Workbench;

/// The Cost page with its views, in their order. usage comes to the front where an anomaly is looked at
/// there.
[[nodiscard]] CostPage* makeCostPage(Theme& theme, Workbench& workbench, Page& usage);

} // namespace gatehouse::ui
