// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/pricedialog.h"

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>

#include <functional>

class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedLayout;

namespace gatehouse::ui {

class NoticeBar;
class PriceReviewDialog;
class RecordModel;
class Segments;
class StateView;
class TableView;
class Theme;

/// The Prices view: what has no price first, then the book, its terms and its versions. Decides nothing
/// itself; the desk does.
class PricePanel : public QWidget
{
    Q_OBJECT
public:
    enum class Tab { Prices, Terms, Versions };
    /// Answers which file to read, "" for none.
    using FileChooser = std::function<QString(QWidget* parent)>;

    PricePanel(const Theme& theme, CostPresenter& presenter);

    [[nodiscard]] PriceDesk& desk() { return m_desk; }
    /// For tests: no dialog.
    void setFileChooser(FileChooser chooser) { m_choose = std::move(chooser); }
    void showTab(Tab tab);
    /// The dialog of a price for a model that has none.
    void addPriceFor(const std::string& model, const std::string& region, cost::Direction direction);

Q_SIGNALS:
    void told(const QString& text);
    void summaryChanged(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QWidget* buildHead();
    [[nodiscard]] QWidget* buildUnpriced();
    [[nodiscard]] QWidget* buildBook();
    [[nodiscard]] QPushButton* action(const QString& name, const QString& text, void (PricePanel::*run)());
    [[nodiscard]] TableView* table(RecordModel& model, const QString& name, const QString& accessible);
    void openDialog(PriceDialog::Kind kind);
    void addForSelected();
    void addPrice();
    void editPrice();
    void removeSelected();
    void addTerm();
    void restoreVersion();
    void importFile();
    void closeMonth();
    void openReview();
    void propose(const Status& proposed);
    void showState();
    void showHead(const jobs::CostPrices& prices);
    void showActions();
    [[nodiscard]] TableView& current() const;
    [[nodiscard]] QString selected() const;
    [[nodiscard]] const cost::Price* selectedPrice();

    const Theme& m_theme;
    CostPresenter& m_presenter;
    PriceDesk m_desk;
    FileChooser m_choose;
    QPointer<PriceReviewDialog> m_review;
    std::vector<cost::Price> m_prices;
    QStackedLayout* m_place;
    StateView* m_state;
    NoticeBar* m_notice;
    QLabel* m_version;
    QLabel* m_closed;
    QWidget* m_unpricedPanel;
    QFrame* m_unpricedFrame;
    RecordModel* m_unpriced;
    TableView* m_unpricedTable;
    Segments* m_tabs;
    QLineEdit* m_filter;
    QStackedLayout* m_tables;
    std::vector<RecordModel*> m_models; ///< by Tab
    std::vector<TableView*> m_views;    ///< by Tab
    QPushButton* m_addFor;
    QPushButton* m_add;
    QPushButton* m_edit;
    QPushButton* m_addTerm;
    QPushButton* m_remove;
    QPushButton* m_restore = nullptr;
    QPushButton* m_import;
    QPushButton* m_cancelImport;
    QPushButton* m_close = nullptr;
};

} // namespace gatehouse::ui
