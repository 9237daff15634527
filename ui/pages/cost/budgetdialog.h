// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/budgetdesk.h"
#include "ui/pages/cost/budgetentry.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace gatehouse::ui {

class Segments;

/// A new budget, or other figures for one there is: whose it is and when it begins stay then, since they are
/// what it is known by. Hands what was typed to the desk and closes when that has kept it; a refusal is shown
/// beside the fields.
class BudgetDialog : public QDialog
{
    Q_OBJECT
public:
    BudgetDialog(BudgetDesk& desk, std::optional<BudgetLine> edited, QWidget* parent);

    void accept() override;

private:
    void fillNames();
    void fillMonths();
    void refuse(const Error& error);
    [[nodiscard]] cost::BudgetScope scope() const;
    [[nodiscard]] BudgetEntry entry() const;

    BudgetDesk& m_desk;
    std::optional<BudgetLine> m_edited;
    bool m_asked = false; ///< the desk was handed what was typed
    Segments* m_scope;
    QLabel* m_nameLabel;
    QComboBox* m_name;
    QLineEdit* m_amount;
    QLineEdit* m_currency;
    QComboBox* m_since;
    QComboBox* m_until;
    QLabel* m_error;
    QPushButton* m_save;
};

} // namespace gatehouse::ui
