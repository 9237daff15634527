// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"
#include "ui/pages/page.h"

#include <functional>

class QFrame;
class QHBoxLayout;
class QProgressBar;

namespace gatehouse::ui {

class CostChips;
class CostPeriodButton;
class Deck;
class ElidedLabel;
class Segments;
class SpendPanel;

/// The views of what was spent: each shows the presenter's one answer. Owns the views; what they do is
/// theirs. Above them stand what all of them are about (period and filters) and how far the log is read.
class CostPage : public Page
{
    Q_OBJECT
public:
    /// With the view "spend".
    CostPage(Theme& theme, CostPresenter& presenter);

    /// Another view ("budgets"), in the order of the calls. Owned by the page.
    void addView(const QString& id, const QString& title, QWidget* view);
    /// The same of a view that asks for something of its own, and says whether that is still on its way.
    void addView(const QString& id, const QString& title, QWidget* view, std::function<bool()> isWorking);
    void showView(int index);
    /// Unknown ids change nothing.
    void showView(const QString& id);
    [[nodiscard]] SpendPanel& spend() const { return *m_spend; }

    [[nodiscard]] QWidget* filterField() override;
    [[nodiscard]] std::vector<Command> commands() override;
    [[nodiscard]] std::vector<std::pair<QString, QString>> keys() const override;
    /// Esc takes the newest filter away, then leaves the days that were zoomed to.
    bool stopWork() override;
    [[nodiscard]] QStringList exampleViews() const override { return m_ids.mid(1); }
    void showExampleView(const QString& id) override;
    [[nodiscard]] bool working() const override;
    /// Comes to the front with this view.
    void openView(const QString& id);

Q_SIGNALS:
    /// For --capture: a view that has nothing to show may show what says it is an example.
    void exampleShown();
    /// Somebody should be assigned to the service; "" the directory without a choice.
    void serviceDirectoryRequested(const QString& service);
    /// A price is to be added for the model (""  where the log does not say which); the view "prices" is
    /// shown already.
    void priceRequested(const QString& model);

protected:
    void describeEmpty(QString& title, QString& text) const override;
    [[nodiscard]] bool dependsOnRange() const override { return false; }

private:
    [[nodiscard]] QWidget* buildHead(Theme& theme);
    [[nodiscard]] QFrame* buildReading();
    void showState();
    /// While the log is read: in the place of figures, or above them where there are some.
    void showReading(const CostState& state);

    CostPresenter& m_presenter;
    QStringList m_ids;
    QStringList m_titles;
    std::vector<std::function<bool()>> m_working; ///< by view
    QHBoxLayout* m_choiceRow;
    Segments* m_choice = nullptr;
    Deck* m_views;
    SpendPanel* m_spend;
    CostPeriodButton* m_period = nullptr;
    ElidedLabel* m_readingText;
    QProgressBar* m_readingBar;
    QFrame* m_reading;
    StateView* m_firstReading;
};

} // namespace gatehouse::ui
