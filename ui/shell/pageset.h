// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace gatehouse::ui {

class CostPage;
class ExplainPanel;
class HealthPage;
class Page;
class QuotasPage;
class ReplayPanel;
class RoutingPage;
class Theme;
class Workbench;

/// The pages of the window, in the order of the navigation, and the parts of them that the window connects.
struct PageSet
{
    std::vector<Page*> pages;
    CostPage* cost = nullptr;
    HealthPage* health = nullptr;
    QuotasPage* quotas = nullptr;
    RoutingPage* routing = nullptr;
    ExplainPanel* explain = nullptr; ///< a view of routing
    ReplayPanel* replay = nullptr;   ///< likewise

    /// Of routing's views.
    static constexpr int ExplainView = 1;
};

/// Without parents: the window puts them into its stack. Theme and workbench outlive them.
[[nodiscard]] PageSet makePages(Theme& theme, Workbench& workbench);

} // namespace gatehouse::ui
