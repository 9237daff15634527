// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/directory/directorypresenter.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace gatehouse::ui {

class DirectoryModel;
class ElidedLabel;
class NoticeBar;
class StateView;
class TableView;
class Theme;

/// The service directory: one row a service, edited in place, imported from and exported to CSV. Shows what
/// its presenter says; Save hands the draft to the review. Closing it with a draft asks whether to keep it.
/// GUI thread.
class DirectoryDialog : public QDialog
{
    Q_OBJECT
public:
    DirectoryDialog(const Theme& theme, DirectoryPresenter& presenter, QWidget* parent);
    ~DirectoryDialog() override;

    /// Puts the cursor on the owner of this service, as soon as it is shown.
    void select(const QString& service);

public Q_SLOTS:
    void reject() override;

private:
    [[nodiscard]] QWidget* buildTools();
    [[nodiscard]] QWidget* buildTable();
    [[nodiscard]] QWidget* buildFoot();
    void addKeys();
    void showState();
    void showPlace(const DirectoryState& state);
    void showNotice(const DirectoryState& state);
    void showFoot(const DirectoryState& state);
    void selectWanted();
    void editCell();
    void clearCells();
    void askImportPath();
    void askExportPath();
    void askAboutDraft();
    void tell(const Status& done);
    void say(const QString& what);

    const Theme& m_theme;
    DirectoryPresenter& m_presenter;
    QLineEdit* m_filter;
    QPushButton* m_import;
    QPushButton* m_export;
    QPushButton* m_undo;
    QPushButton* m_redo;
    NoticeBar* m_notice;
    QStackedWidget* m_stack;
    StateView* m_state;
    DirectoryModel* m_model;
    TableView* m_table;
    QWidget* m_tablePanel;
    ElidedLabel* m_caption;
    QPushButton* m_unlock;
    QPushButton* m_close;
    QPushButton* m_save;
    std::optional<Error> m_refusal; ///< of the last edit or import
    QString m_done;                 ///< what the last import or export did
    QString m_wanted;               ///< the service that is to be selected
};

} // namespace gatehouse::ui
