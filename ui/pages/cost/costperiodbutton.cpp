// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costperiodbutton.h"

#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QDateEdit>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QMenu>

#include <array>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array Presets{CostPeriod::ThisMonth, CostPeriod::LastMonth, CostPeriod::Days7,
                             CostPeriod::Days30,    CostPeriod::Days90,    CostPeriod::Year};
const QDate Epoch(1970, 1, 1);

cost::Day dayOf(QDate date)
{
    return cost::Day(std::chrono::days(Epoch.daysTo(date)));
}

} // namespace

QString periodWord(CostPeriod period)
{
    switch (period) {
    case CostPeriod::ThisMonth:
        return CostPeriodButton::tr("This month");
    case CostPeriod::LastMonth:
        return CostPeriodButton::tr("Last month");
    case CostPeriod::Days7:
        return CostPeriodButton::tr("Last 7 days");
    case CostPeriod::Days30:
        return CostPeriodButton::tr("Last 30 days");
    case CostPeriod::Days90:
        return CostPeriodButton::tr("Last 90 days");
    case CostPeriod::Year:
        return CostPeriodButton::tr("Last 12 months");
    case CostPeriod::Custom:
        return CostPeriodButton::tr("Custom");
    }
    return {};
}

CostPeriodButton::CostPeriodButton(const Theme& theme, CostPresenter& presenter)
    : m_presenter(presenter)
{
    nameWidget(this, u"costPeriod"_s, tr("Period"));
    auto* const menu = new QMenu(this);
    nameWidget(menu, u"costPeriodMenu"_s, tr("Period"));
    for (const CostPeriod period : Presets)
        menu->addAction(periodWord(period), this, [this, period] { m_presenter.setPeriod(period); });
    menu->addSeparator();
    menu->addAction(tr("Custom…"), this, &CostPeriodButton::chooseDays);
    setMenu(menu);
    const auto restyle = [this, &theme] { setIcon(theme.icon(u"clock"_s)); };
    restyle();
    connect(&theme, &Theme::changed, this, restyle);
    connect(&presenter, &PagePresenter::changed, this, &CostPeriodButton::showState);
    showState();
}

void CostPeriodButton::showState()
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    const cost::DayRange& range = state->question.range;
    const QString shown = range.length() > 0 ? formatDays(range) : QString();
    QString text = periodWord(state->period);
    if (!shown.isEmpty())
        text = state->period == CostPeriod::Custom ? shown : text + u" · "_s + shown;
    if (text == this->text())
        return;
    setText(text);
    setAccessibleDescription(text);
}

void CostPeriodButton::chooseDays()
{
    auto* const dialog = new QDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Custom period"));
    nameWidget(dialog, u"costPeriodDialog"_s, tr("Custom period"));
    const cost::DayRange range = m_presenter.state()->question.range;
    auto* const form = new QFormLayout(dialog);
    form->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space6);
    form->setSpacing(metric::Space3);
    const auto editor = [&](const QString& name, const QString& label, cost::Day day) {
        auto* const edit = new QDateEdit(dateOf(day));
        edit->setDisplayFormat(u"yyyy-MM-dd"_s);
        edit->setCalendarPopup(true);
        nameWidget(edit, name, label);
        auto* const caption = makeLabel(name + u"Label"_s, "", label);
        caption->setBuddy(edit);
        form->addRow(caption, edit);
        return edit;
    };
    QDateEdit* const first = editor(u"costPeriodFirst"_s, tr("First day"), range.first);
    QDateEdit* const last =
        editor(u"costPeriodLast"_s, tr("Last day"), std::max(range.first, range.end - std::chrono::days{1}));
    auto* const wrong = makeLabel(u"costPeriodWrong"_s, "bad");
    form->addRow(wrong);
    auto* const buttons = new QDialogButtonBox;
    QPushButton* const show = buttons->addButton(tr("Show"), QDialogButtonBox::AcceptRole);
    QPushButton* const cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    nameWidget(buttons, u"costPeriodButtons"_s, tr("Show or cancel"));
    nameWidget(show, u"costPeriodShow"_s, tr("Show these days"));
    nameWidget(cancel, u"costPeriodCancel"_s, tr("Cancel"));
    show->setProperty("kind", u"primary"_s);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, dialog, [this, dialog, first, last, wrong] {
        if (first->date() > last->date()) {
            wrong->setText(tr("The last day must not lie before the first."));
            return;
        }
        m_presenter.setRange({dayOf(first->date()), dayOf(last->date()) + std::chrono::days{1}});
        dialog->accept();
    });
    dialog->open();
}

} // namespace gatehouse::ui
