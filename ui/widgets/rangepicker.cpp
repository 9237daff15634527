// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/rangepicker.h"

#include "ui/models/format.h"
#include "ui/pages/viewcontext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QDateTimeEdit>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QMenu>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

std::vector<RangePreset> rangePresets()
{
    using namespace std::chrono_literals;
    return {
        {RangePicker::tr("Last 15 minutes"), 15min}, {RangePicker::tr("Last hour"), 1h},
        {RangePicker::tr("Last 6 hours"), 6h},       {RangePicker::tr("Last 24 hours"), 24h},
        {RangePicker::tr("Last 7 days"), 168h},      {RangePicker::tr("Last 30 days"), 720h},
    };
}

RangePicker::RangePicker(const Theme& theme, ViewContext& context)
    : m_theme(theme)
    , m_context(context)
{
    nameWidget(this, u"rangePicker"_s, tr("Time range"));
    auto* const menu = new QMenu(this);
    nameWidget(menu, u"rangeMenu"_s, tr("Time range"));
    for (const RangePreset& preset : rangePresets())
        menu->addAction(preset.label, this,
                        [this, length = preset.length] { m_context.setRelative(length); });
    menu->addSeparator();
    menu->addAction(tr("Custom…"), this, &RangePicker::chooseCustom);
    QAction* const back = menu->addAction(tr("Back from zoom"), &context, &ViewContext::resetZoom);
    connect(menu, &QMenu::aboutToShow, back, [this, back] { back->setEnabled(m_context.zoomed()); });
    setMenu(menu);
    const auto restyle = [this] { setIcon(m_theme.icon(u"clock"_s)); };
    restyle();
    connect(&theme, &Theme::changed, this, restyle);
    connect(&context, &ViewContext::changed, this, &RangePicker::updateText);
    updateText();
}

void RangePicker::updateText()
{
    QString text;
    if (const std::optional<Ticks> relative = m_context.relative()) {
        for (const RangePreset& preset : rangePresets()) {
            if (preset.length == *relative)
                text = preset.label;
        }
        if (text.isEmpty())
            text = tr("Last %1").arg(formatSpan(std::chrono::duration_cast<std::chrono::seconds>(*relative)));
    } else {
        const TimeRange range = m_context.range();
        const bool sameDay = toLocal(range.start).date() == toLocal(range.end).date();
        const bool seconds = range.length() < std::chrono::minutes(5);
        const QString end = sameDay ? toLocal(range.end).toString(seconds ? u"HH:mm:ss"_s : u"HH:mm"_s)
                                    : formatMoment(range.end);
        text = formatMoment(range.start, seconds && sameDay) + u" – "_s + end;
    }
    setText(text);
    setPlainToolTip(this, tr("Times are in %1").arg(zoneName()));
}

void RangePicker::chooseCustom()
{
    auto* const dialog = new QDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Custom time range"));
    nameWidget(dialog, u"rangeDialog"_s, tr("Custom time range"));
    const TimeRange range = m_context.range();
    auto* const form = new QFormLayout(dialog);
    form->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space6);
    form->setSpacing(metric::Space3);
    const auto editor = [&](const QString& name, const QString& label, DateTime moment) {
        auto* const edit = new QDateTimeEdit(toLocal(moment));
        edit->setDisplayFormat(u"yyyy-MM-dd HH:mm"_s);
        edit->setCalendarPopup(true);
        nameWidget(edit, name, label);
        auto* const caption = makeLabel(name + u"Label"_s, "", label);
        caption->setBuddy(edit);
        form->addRow(caption, edit);
        return edit;
    };
    QDateTimeEdit* const from = editor(u"rangeFrom"_s, tr("From"), range.start);
    QDateTimeEdit* const to = editor(u"rangeTo"_s, tr("To"), range.end);
    form->addRow(makeLabel(u"rangeZone"_s, "caption", tr("Times are in %1").arg(zoneName())));
    auto* const wrong = makeLabel(u"rangeWrong"_s, "bad");
    form->addRow(wrong);
    auto* const buttons = new QDialogButtonBox;
    QPushButton* const show = buttons->addButton(tr("Show"), QDialogButtonBox::AcceptRole);
    QPushButton* const cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    nameWidget(buttons, u"rangeButtons"_s, tr("Show or cancel"));
    nameWidget(show, u"rangeShow"_s, tr("Show this range"));
    nameWidget(cancel, u"rangeCancel"_s, tr("Cancel"));
    show->setProperty("kind", u"primary"_s);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, dialog, [this, dialog, from, to, wrong] {
        if (from->dateTime() >= to->dateTime()) {
            wrong->setText(tr("The end must lie behind the start."));
            return;
        }
        m_context.setFixed({fromLocal(from->dateTime()), fromLocal(to->dateTime())});
        dialog->accept();
    });
    dialog->open();
}

} // namespace gatehouse::ui
