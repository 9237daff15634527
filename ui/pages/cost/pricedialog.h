// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/pricedesk.h"
#include "ui/pages/cost/priceentry.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace gatehouse::ui {

/// A price, a discount, a reservation or a running cost as fields. Drafts it; a refusal is shown beside the
/// fields and nothing is lost.
class PriceDialog : public QDialog
{
    Q_OBJECT
public:
    enum class Kind { Price, Discount, Reservation, Running };

    PriceDialog(Kind kind, PriceDesk& desk, QWidget* parent);

    /// What the fields of a price begin with.
    void setEntry(const PriceEntry& entry);
    /// The price is edited: it is there no longer, where its model, direction or day differ.
    void setReplaced(const cost::Price& price);

    void accept() override;

private:
    void addFields();
    QLineEdit* addLine(const QString& name, const QString& label, const QString& hint);
    [[nodiscard]] Status propose();
    [[nodiscard]] Status proposePrice();
    [[nodiscard]] Status proposeMonthly();

    Kind m_kind;
    PriceDesk& m_desk;
    std::optional<cost::Price> m_replaced;
    QFormLayout* m_form;
    QLineEdit* m_name = nullptr; ///< the model, or what it is called
    QLineEdit* m_region = nullptr;
    QLineEdit* m_backend = nullptr;
    QComboBox* m_direction = nullptr;
    QLineEdit* m_amount = nullptr;
    QComboBox* m_unit = nullptr;
    QLineEdit* m_currency = nullptr;
    QLineEdit* m_since = nullptr;
    QLineEdit* m_until = nullptr;
    QLabel* m_error;
};

} // namespace gatehouse::ui
