// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/pricedesk.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace gatehouse::ui {

class RecordModel;
class TableView;
class Theme;

/// What another price book would change, what of an import was not taken and why, and the note of the new
/// version. Nothing is different before Apply. Follows the desk's review and closes when that is applied.
class PriceReviewDialog : public QDialog
{
    Q_OBJECT
public:
    PriceReviewDialog(const Theme& theme, PriceDesk& desk, QWidget* parent);

    void accept() override;
    void reject() override;

private:
    void showReview();

    PriceDesk& m_desk;
    QLabel* m_title;
    QLabel* m_summary;
    RecordModel* m_changes;
    TableView* m_changeTable;
    RecordModel* m_notTaken;
    TableView* m_notTakenTable;
    QLineEdit* m_note;
    QLabel* m_error;
    QPushButton* m_apply;
    QPushButton* m_cancel;
    bool m_noteShown = false;
};

} // namespace gatehouse::ui
