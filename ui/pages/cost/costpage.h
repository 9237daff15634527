// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"
#include "ui/pages/page.h"

#include <functional>

class QHBoxLayout;
class QStackedLayout;

namespace gatehouse::ui {

class Segments;

/// The views of what was spent: each shows the presenter's one answer. Owns the views; what they do is
/// theirs.
class CostPage : public Page
{
    Q_OBJECT
public:
    CostPage(Theme& theme, CostPresenter& presenter);

    /// Another view ("budgets"), in the order of the calls. Owned by the page.
    void addView(const QString& id, const QString& title, QWidget* view);
    /// The same of a view that asks for something of its own, and says whether that is still on its way.
    void addView(const QString& id, const QString& title, QWidget* view, std::function<bool()> isWorking);
    void showView(int index);

    [[nodiscard]] std::vector<Command> commands() override;
    [[nodiscard]] QStringList exampleViews() const override { return m_ids.mid(1); }
    void showExampleView(const QString& id) override;
    [[nodiscard]] bool working() const override;
    /// Comes to the front with this view.
    void openView(const QString& id);

Q_SIGNALS:
    /// For --capture: a view that has nothing to show may show what says it is an example.
    void exampleShown();

protected:
    void describeEmpty(QString& title, QString& text) const override;
    [[nodiscard]] bool dependsOnRange() const override { return false; }

private:
    void showState();

    CostPresenter& m_presenter;
    QStringList m_ids;
    QStringList m_titles;
    std::vector<std::function<bool()>> m_working; ///< by view
    QHBoxLayout* m_choiceRow;
    Segments* m_choice = nullptr;
    QStackedLayout* m_views;
};

} // namespace gatehouse::ui
