// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/pricedesk.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QComboBox;
class QPushButton;

namespace gatehouse::ui {

/// Asks which month to close, and says that it cannot be undone. A tick has to be set before.
class CloseMonthDialog : public QDialog
{
    Q_OBJECT
public:
    CloseMonthDialog(PriceDesk& desk, QWidget* parent);

    void accept() override;

private:
    PriceDesk& m_desk;
    std::vector<cost::Month> m_months;
    QComboBox* m_month;
    QCheckBox* m_sure;
    QPushButton* m_close = nullptr;
};

} // namespace gatehouse::ui
