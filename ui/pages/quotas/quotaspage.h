// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"
#include "ui/pages/quotas/quotaspresenter.h"

class QLineEdit;
class QPushButton;
class QToolButton;

namespace gatehouse::ui {

class CapacityPanel;
class DraftPanel;
class ElidedLabel;
class NoticeBar;
class QuotaModel;
class TableView;

/// Who may use how much: the sheet of limits beside what is used, the draft of other ones, and what the
/// deployments can give.
class QuotasPage : public Page
{
    Q_OBJECT
public:
    QuotasPage(Theme& theme, QuotasPresenter& presenter);

    [[nodiscard]] QWidget* filterField() override;
    [[nodiscard]] std::vector<Command> commands() override;
    [[nodiscard]] std::vector<std::pair<QString, QString>> keys() const override;
    void showExample() override;

Q_SIGNALS:
    /// The keys of this subscription are to be shown.
    void accessKeysRequested(const QString& subscription);
    /// Owners and applications; of this service, "" where none is chosen.
    void serviceDirectoryRequested(const QString& service);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void describeEmpty(QString& title, QString& text) const override;

private:
    [[nodiscard]] QWidget* buildTools();
    [[nodiscard]] QWidget* buildInclude();
    [[nodiscard]] QWidget* buildSheet();
    void showState();
    void showNotice(const QuotasState& state);
    void showTools(const QuotasState& state);
    void editCell();
    void openRaise();
    void removeLimits();
    void openKeys();
    void openDirectory();
    void revertRows();
    /// Of the selected rows, or of the current one.
    [[nodiscard]] std::vector<std::string> chosenServices() const;
    void tell(const Status& done);

    Theme& m_theme;
    QuotasPresenter& m_presenter;
    QLineEdit* m_filter;
    QPushButton* m_raise;
    QPushButton* m_remove;
    QPushButton* m_revert;
    QPushButton* m_keys;
    QPushButton* m_directory;
    QToolButton* m_undo;
    QToolButton* m_redo;
    ElidedLabel* m_caption;
    NoticeBar* m_notice;
    QWidget* m_include;
    QuotaModel* m_model;
    TableView* m_table;
    DraftPanel* m_draft;
    CapacityPanel* m_capacity;
    std::optional<Error> m_refusal; ///< of the last edit
};

} // namespace gatehouse::ui
