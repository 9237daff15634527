// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/pricedialog.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString titleOf(PriceDialog::Kind kind)
{
    switch (kind) {
    case PriceDialog::Kind::Discount:
        return PriceDialog::tr("Discount");
    case PriceDialog::Kind::Reservation:
        return PriceDialog::tr("Reservation (PTU)");
    case PriceDialog::Kind::Running:
        return PriceDialog::tr("Running cost of the infrastructure");
    case PriceDialog::Kind::Price:
        break;
    }
    return PriceDialog::tr("Price");
}

QString aboutOf(PriceDialog::Kind kind)
{
    switch (kind) {
    case PriceDialog::Kind::Discount:
        return PriceDialog::tr("Of several that fit a call the most specific one counts: model and region, "
                               "then model, then region.");
    case PriceDialog::Kind::Reservation:
        return PriceDialog::tr("Calls that the backend serves cost nothing by themselves; what the "
                               "reservation costs is spread over them.");
    case PriceDialog::Kind::Running:
        return PriceDialog::tr("Shown beside the spend on models, and in no sum with it.");
    case PriceDialog::Kind::Price:
        break;
    }
    return PriceDialog::tr("Holds from the day on until a later price of the same model, region and "
                           "direction. Closed months keep their amounts.");
}

} // namespace

PriceDialog::PriceDialog(Kind kind, PriceDesk& desk, QWidget* parent)
    : QDialog(parent)
    , m_kind(kind)
    , m_desk(desk)
    , m_form(new QFormLayout)
    , m_error(makeLabel(u"priceError"_s, "bad"))
{
    nameWidget(this, u"priceDialog"_s, titleOf(kind));
    setWindowTitle(titleOf(kind));
    m_form->setSpacing(metric::Space2);
    addFields();
    m_error->setWordWrap(true);
    m_error->hide();
    auto* const about = makeLabel(u"priceAbout"_s, "caption", aboutOf(kind));
    about->setWordWrap(true);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    nameWidget(buttons, u"priceButtons"_s, tr("Review or cancel"));
    QPushButton* const review = buttons->addButton(tr("Review the change"), QDialogButtonBox::AcceptRole);
    nameWidget(review, u"priceAccept"_s, tr("Review the change"));
    review->setProperty("kind", u"primary"_s);
    nameWidget(buttons->button(QDialogButtonBox::Cancel), u"priceCancel"_s, tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &PriceDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addLayout(m_form);
    column->addWidget(about);
    column->addWidget(m_error);
    column->addWidget(buttons);
    resize(440, sizeHint().height());
}

QLineEdit* PriceDialog::addLine(const QString& name, const QString& label, const QString& hint)
{
    auto* const line = new QLineEdit;
    nameWidget(line, name, label);
    line->setPlaceholderText(hint);
    m_form->addRow(label, line);
    return line;
}

void PriceDialog::addFields()
{
    const bool isPrice = m_kind == Kind::Price;
    const bool byModel = isPrice || m_kind == Kind::Discount;
    if (byModel) {
        m_name = addLine(u"priceModel"_s, tr("Model"), isPrice ? u"gpt-4o"_s : tr("every model"));
        m_region = addLine(u"priceRegion"_s, tr("Region"), tr("every region"));
    } else {
        m_name = addLine(u"priceName"_s, tr("Name"), {});
    }
    if (m_kind == Kind::Reservation)
        m_backend = addLine(u"priceBackend"_s, tr("Backend"), tr("whose calls it serves"));
    if (isPrice) {
        m_direction = new QComboBox;
        nameWidget(m_direction, u"priceDirection"_s, tr("Direction"));
        for (std::size_t i = 0; i < cost::Directions; ++i)
            m_direction->addItem(fromText(std::string(cost::toString(static_cast<cost::Direction>(i)))));
        m_form->addRow(tr("Direction"), m_direction);
    }
    m_amount = m_kind == Kind::Discount ? addLine(u"priceAmount"_s, tr("Percent off"), u"12.5"_s)
               : isPrice                ? addLine(u"priceAmount"_s, tr("Price"), u"2.50"_s)
                                        : addLine(u"priceAmount"_s, tr("A month"), u"1200"_s);
    if (isPrice) {
        m_unit = new QComboBox;
        nameWidget(m_unit, u"priceUnit"_s, tr("Per"));
        m_unit->addItems({tr("1M tokens"), tr("1K tokens")});
        m_form->addRow(tr("Per"), m_unit);
    }
    if (m_kind != Kind::Discount) {
        m_currency = addLine(u"priceCurrency"_s, tr("Currency"), u"USD"_s);
        if (m_desk.book() != nullptr)
            m_currency->setText(fromText(m_desk.book()->home().text()));
    }
    m_since = addLine(u"priceSince"_s, tr("Valid from"), u"2026-11-01"_s);
    if (const auto view = m_desk.presenter().state()->view)
        m_since->setText(fromText(cost::dayText(cost::firstDay(cost::monthOf(view->today)))));
    if (!isPrice)
        m_until = addLine(u"priceUntil"_s, tr("Until"), tr("the first day without it; none: it goes on"));
}

void PriceDialog::setEntry(const PriceEntry& entry)
{
    m_name->setText(entry.model);
    m_region->setText(entry.region);
    m_direction->setCurrentIndex(static_cast<int>(entry.direction));
    m_amount->setText(entry.amount);
    m_unit->setCurrentIndex(entry.unit == cost::Unit::Thousand ? 1 : 0);
    if (!entry.currency.isEmpty())
        m_currency->setText(entry.currency);
    if (!entry.since.isEmpty())
        m_since->setText(entry.since);
}

void PriceDialog::setReplaced(const cost::Price& price)
{
    m_replaced = price;
    setEntry(entryOf(price));
}

Status PriceDialog::proposePrice()
{
    const auto price =
        priceOf({m_name->text(), m_region->text(), static_cast<cost::Direction>(m_direction->currentIndex()),
                 m_amount->text(), m_unit->currentIndex() == 1 ? cost::Unit::Thousand : cost::Unit::Million,
                 m_currency->text(), m_since->text()});
    if (!price)
        return fail(price.error());
    const auto edit = [price = *price,
                       replaced = m_replaced](const cost::PriceBook& book) -> Result<cost::PriceBook> {
        if (!replaced)
            return book.with({price});
        const auto without = book.without(replaced->key, replaced->since);
        return without ? without->with({price}) : book.with({price});
    };
    const QString what =
        fromText(price->key.model + ", " + std::string(cost::toString(price->key.direction)));
    return m_desk.propose(edit, tr("Price of %1").arg(what), tr("Price of %1 edited").arg(what));
}

Status PriceDialog::proposeMonthly()
{
    const MonthlyEntry entry{m_name->text(),   m_backend != nullptr ? m_backend->text() : QString(),
                             m_amount->text(), m_currency->text(),
                             m_since->text(),  m_until->text()};
    const QString name = m_name->text().trimmed();
    if (m_kind == Kind::Reservation) {
        const auto made = reservationOf(entry);
        if (!made)
            return fail(made.error());
        return m_desk.propose(
            [made = *made](const cost::PriceBook& book) {
                std::vector<cost::Reservation> all = book.reservations();
                all.push_back(made);
                return book.withReservations(std::move(all));
            },
            tr("Reservation %1").arg(name), tr("Reservation %1 added").arg(name));
    }
    const auto made = runningOf(entry);
    if (!made)
        return fail(made.error());
    return m_desk.propose(
        [made = *made](const cost::PriceBook& book) {
            std::vector<cost::RunningCost> all = book.runningCosts();
            all.push_back(made);
            return book.withRunningCosts(std::move(all));
        },
        tr("Running cost %1").arg(name), tr("Running cost %1 added").arg(name));
}

Status PriceDialog::propose()
{
    if (m_kind == Kind::Price)
        return proposePrice();
    if (m_kind != Kind::Discount)
        return proposeMonthly();
    const auto discount =
        discountOf({m_name->text(), m_region->text(), m_amount->text(), m_since->text(), m_until->text()});
    if (!discount)
        return fail(discount.error());
    return m_desk.propose(
        [made = *discount](const cost::PriceBook& book) {
            std::vector<cost::Discount> all = book.discounts();
            all.push_back(made);
            return book.withDiscounts(std::move(all));
        },
        tr("Discount of %1 %").arg(m_amount->text().trimmed()), tr("Discount added"));
}

void PriceDialog::accept()
{
    if (const Status done = propose(); !done) {
        m_error->setText(fromText(done.error().message + " " + done.error().advice));
        m_error->show();
        return;
    }
    QDialog::accept();
}

} // namespace gatehouse::ui
