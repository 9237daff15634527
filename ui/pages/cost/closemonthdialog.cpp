// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/closemonthdialog.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

CloseMonthDialog::CloseMonthDialog(PriceDesk& desk, QWidget* parent)
    : QDialog(parent)
    , m_desk(desk)
    , m_months(desk.closable())
    , m_month(new QComboBox)
    , m_sure(new QCheckBox(tr("Close it for good")))
{
    nameWidget(this, u"closeMonth"_s, tr("Close a month"));
    setWindowTitle(tr("Close a month"));
    nameWidget(m_month, u"closeMonthChoice"_s, tr("Month"));
    for (const cost::Month month : m_months)
        m_month->addItem(fromText(cost::monthText(month)));
    nameWidget(m_sure, u"closeMonthSure"_s, tr("Close it for good"));
    auto* const about = makeLabel(
        u"closeMonthAbout"_s, "muted",
        tr("The month and all before it keep the amounts that they have now, whatever prices or rows come "
           "later. What comes late is booked on the first open day, as “After close”. This cannot be "
           "undone."));
    about->setWordWrap(true);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    nameWidget(buttons, u"closeMonthButtons"_s, tr("Close or cancel"));
    m_close = buttons->addButton(tr("Close the month"), QDialogButtonBox::AcceptRole);
    nameWidget(m_close, u"closeMonthAccept"_s, tr("Close the month"));
    m_close->setProperty("kind", u"primary"_s);
    m_close->setEnabled(false);
    nameWidget(buttons->button(QDialogButtonBox::Cancel), u"closeMonthCancel"_s, tr("Cancel"));
    connect(m_sure, &QCheckBox::toggled, m_close, &QWidget::setEnabled);
    connect(buttons, &QDialogButtonBox::accepted, this, &CloseMonthDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(m_month);
    column->addWidget(about);
    column->addWidget(m_sure);
    column->addWidget(buttons);
    resize(440, sizeHint().height());
}

void CloseMonthDialog::accept()
{
    const int index = m_month->currentIndex();
    if (index < 0 || !m_sure->isChecked())
        return;
    m_desk.closeMonth(m_months[static_cast<std::size_t>(index)]);
    QDialog::accept();
}

} // namespace gatehouse::ui
