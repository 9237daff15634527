// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/pricepanel.h"

#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/cost/closemonthdialog.h"
#include "ui/pages/cost/pricerecords.h"
#include "ui/pages/cost/pricereviewdialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QStandardPaths>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t MostUnpriced = 4; ///< rows that are shown at once
constexpr int FilterWidth = 220;

QString chosenPriceFile(QWidget* parent)
{
    return QFileDialog::getOpenFileName(parent, PricePanel::tr("Import a price list"),
                                        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
                                        PricePanel::tr("Price lists (*.csv *.json);;All files (*)"));
}

/// Which direction is missing first, as far as the tokens say it.
cost::Direction missingDirection(const jobs::UnpricedModel& model)
{
    for (std::size_t i = 0; i < cost::Directions; ++i) {
        if (model.tokens[i] > 0)
            return static_cast<cost::Direction>(i);
    }
    return cost::Direction::Input;
}

} // namespace

PricePanel::PricePanel(const Theme& theme, CostPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_desk(presenter)
    , m_choose(chosenPriceFile)
    , m_state(new StateView(theme, u"priceState"_s))
    , m_notice(new NoticeBar(theme, u"priceNotice"_s))
{
    nameWidget(this, u"pricePanel"_s, tr("Prices"));
    auto* const content = new QWidget;
    nameWidget(content, u"priceContent"_s, tr("Prices"));
    auto* const column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(buildHead());
    column->addWidget(m_notice);
    column->addWidget(buildUnpriced());
    column->addWidget(buildBook(), 1);
    m_place = new QStackedLayout(this);
    m_place->addWidget(content);
    m_place->addWidget(m_state);

    connect(&m_desk, &PriceDesk::changed, this, &PricePanel::showState);
    connect(&m_desk, &PriceDesk::reviewReady, this, &PricePanel::openReview);
    connect(&m_desk, &PriceDesk::told, this, &PricePanel::told);
    connect(&theme, &Theme::changed, this, &PricePanel::showState);
    connect(m_state, &StateView::actionRequested, &m_desk, &PriceDesk::refresh);
    showTab(Tab::Prices);
    showState();
}

QPushButton* PricePanel::action(const QString& name, const QString& text, void (PricePanel::*run)())
{
    auto* const button = new QPushButton(text);
    nameWidget(button, name, text);
    connect(button, &QPushButton::clicked, this, run);
    return button;
}

TableView* PricePanel::table(RecordModel& model, const QString& name, const QString& accessible)
{
    auto* const view = new TableView(m_theme, model, name, accessible);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    connect(view, &TableView::summaryChanged, this, &PricePanel::summaryChanged);
    connect(view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &PricePanel::showActions);
    return view;
}

QWidget* PricePanel::buildHead()
{
    auto* const head = new QWidget;
    nameWidget(head, u"priceHead"_s, tr("The price book"));
    m_version = makeLabel(u"priceVersion"_s, "strong");
    m_closed = makeLabel(u"priceClosed"_s, "caption");
    m_import = action(u"priceImport"_s, tr("Import…"), &PricePanel::importFile);
    setPlainToolTip(m_import, tr("CSV with model, region, direction, price, unit, currency and validFrom, or "
                                 "an answer of the Azure Retail Prices API"));
    m_cancelImport = new QPushButton(tr("Cancel import"));
    nameWidget(m_cancelImport, u"priceCancelImport"_s, tr("Cancel import"));
    connect(m_cancelImport, &QPushButton::clicked, &m_desk, &PriceDesk::cancelImport);
    m_close = action(u"priceCloseMonth"_s, tr("Close a month…"), &PricePanel::closeMonth);
    auto* const texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addWidget(m_version);
    texts->addWidget(m_closed);
    auto* const row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addLayout(texts, 1);
    row->addWidget(m_cancelImport);
    row->addWidget(m_import);
    row->addWidget(m_close);
    return head;
}

QWidget* PricePanel::buildUnpriced()
{
    m_unpricedPanel = new QWidget;
    nameWidget(m_unpricedPanel, u"priceUnpriced"_s, tr("Models without a price"));
    m_unpriced = new RecordModel(unpricedColumns(), this);
    m_unpricedTable = table(*m_unpriced, u"unpricedTable"_s, tr("Models without a price"));
    m_unpricedTable->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_unpricedTable, &TableView::rowActivated, this, &PricePanel::addForSelected);
    m_unpricedFrame = makePanel(u"unpricedPanel"_s, tr("Models without a price"));
    auto* const inner = new QVBoxLayout(m_unpricedFrame);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_unpricedTable);
    m_addFor = action(u"priceAddFor"_s, tr("Add price…"), &PricePanel::addForSelected);
    m_addFor->setProperty("kind", u"primary"_s);
    auto* const title = makeLabel(u"unpricedTitle"_s, "warn",
                                  tr("▲ What these models cost in the period is in no sum until they have a "
                                     "price"));
    auto* const row = new QHBoxLayout;
    row->addWidget(title, 1);
    row->addWidget(m_addFor);
    auto* const column = new QVBoxLayout(m_unpricedPanel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addLayout(row);
    column->addWidget(m_unpricedFrame);
    return m_unpricedPanel;
}

QWidget* PricePanel::buildBook()
{
    auto* const book = new QWidget;
    nameWidget(book, u"priceBook"_s, tr("Prices, terms and versions"));
    m_tabs = new Segments(u"priceTabs"_s, tr("Part of the price book"),
                          {tr("Prices"), tr("Discounts and reservations"), tr("Versions")});
    m_filter = new QLineEdit;
    nameWidget(m_filter, u"priceFilter"_s, tr("Filter the table"));
    m_filter->setPlaceholderText(tr("Filter rows, ! to hide"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(FilterWidth);
    m_add = action(u"priceAdd"_s, tr("Add price…"), &PricePanel::addPrice);
    m_edit = action(u"priceEdit"_s, tr("Edit…"), &PricePanel::editPrice);
    m_addTerm = new QPushButton(tr("Add…"));
    nameWidget(m_addTerm, u"priceAddTerm"_s, tr("Add a discount, reservation or running cost"));
    auto* const menu = new QMenu(m_addTerm);
    nameWidget(menu, u"priceAddTermMenu"_s, tr("What to add"));
    menu->addAction(tr("Discount…"), this, [this] { openDialog(PriceDialog::Kind::Discount); });
    menu->addAction(tr("Reservation (PTU)…"), this, [this] { openDialog(PriceDialog::Kind::Reservation); });
    menu->addAction(tr("Running cost…"), this, [this] { openDialog(PriceDialog::Kind::Running); });
    m_addTerm->setMenu(menu);
    m_remove = action(u"priceRemove"_s, tr("Remove…"), &PricePanel::removeSelected);
    m_restore = action(u"priceRestore"_s, tr("Go back to it…"), &PricePanel::restoreVersion);
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space2);
    row->addWidget(m_tabs);
    row->addWidget(m_filter, 1);
    row->addStretch(1);
    for (QPushButton* const button : {m_add, m_edit, m_addTerm, m_remove, m_restore})
        row->addWidget(button);

    m_models = {new RecordModel(priceColumns(), this), new RecordModel(termColumns(), this),
                new RecordModel(versionColumns(), this)};
    m_views = {table(*m_models[0], u"priceTable"_s, tr("Prices")),
               table(*m_models[1], u"priceTerms"_s, tr("Discounts, reservations and rates")),
               table(*m_models[2], u"priceVersions"_s, tr("Versions"))};
    m_views[0]->setEmptyText(tr("No price: import a list, or add one"));
    m_views[1]->setEmptyText(tr("No discount and no reservation was agreed"));
    m_views[0]->sortByColumn(0, Qt::AscendingOrder);
    m_views[2]->sortByColumn(0, Qt::DescendingOrder);
    connect(m_views[0], &TableView::rowActivated, this, &PricePanel::editPrice);
    QFrame* const panel = makePanel(u"priceTablePanel"_s, tr("Prices, terms and versions"));
    m_tables = new QStackedLayout(panel);
    m_tables->setContentsMargins(1, 1, 1, 1);
    for (TableView* const view : m_views)
        m_tables->addWidget(view);
    connect(m_tabs, &Segments::chosen, this, [this](int index) { showTab(static_cast<Tab>(index)); });
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        for (TableView* const view : m_views)
            view->proxy().setFilterText(text);
    });
    auto* const column = new QVBoxLayout(book);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addLayout(row);
    column->addWidget(panel, 1);
    return book;
}

void PricePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_desk.setActive(true);
}

void PricePanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_desk.setActive(false);
}

void PricePanel::showTab(Tab tab)
{
    m_tabs->setCurrent(static_cast<int>(tab));
    m_tables->setCurrentIndex(static_cast<int>(tab));
    showActions();
}

TableView& PricePanel::current() const
{
    return *m_views[static_cast<std::size_t>(m_tables->currentIndex())];
}

QString PricePanel::selected() const
{
    const QModelIndexList rows = current().selectionModel()->selectedRows();
    return rows.size() == 1 ? rows.front().data(RecordModel::KeyRole).toString() : QString();
}

const cost::Price* PricePanel::selectedPrice()
{
    const QString key = selected();
    const auto found =
        std::ranges::find_if(m_prices, [&key](const cost::Price& price) { return keyOf(price) == key; });
    return found == m_prices.end() ? nullptr : &*found;
}

void PricePanel::openDialog(PriceDialog::Kind kind)
{
    auto* const dialog = new PriceDialog(kind, m_desk, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void PricePanel::addPriceFor(const std::string& model, const std::string& region, cost::Direction direction)
{
    auto* const dialog = new PriceDialog(PriceDialog::Kind::Price, m_desk, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setEntry({fromText(model), fromText(region), direction, {}, cost::Unit::Million, {}, {}});
    dialog->open();
}

void PricePanel::addForSelected()
{
    const auto view = m_presenter.state()->view;
    const QModelIndexList rows = m_unpricedTable->selectionModel()->selectedRows();
    if (!view || view->unpriced.empty())
        return;
    const QString key = rows.isEmpty() ? QString() : rows.front().data(RecordModel::KeyRole).toString();
    const auto chosen = std::ranges::find_if(view->unpriced, [&key](const jobs::UnpricedModel& one) {
        return fromText(one.model + "\n" + one.region) == key;
    });
    const jobs::UnpricedModel& model = chosen == view->unpriced.end() ? view->unpriced.front() : *chosen;
    // Most prices are the same in every region.
    addPriceFor(model.model, {}, missingDirection(model));
}

void PricePanel::addPrice()
{
    openDialog(PriceDialog::Kind::Price);
}

void PricePanel::editPrice()
{
    const cost::Price* const price = selectedPrice();
    if (price == nullptr)
        return;
    auto* const dialog = new PriceDialog(PriceDialog::Kind::Price, m_desk, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setReplaced(*price);
    dialog->open();
}

void PricePanel::removeSelected()
{
    if (m_tables->currentIndex() == static_cast<int>(Tab::Terms)) {
        const QString key = selected();
        const QModelIndexList rows = current().selectionModel()->selectedRows(1);
        const QString name = rows.isEmpty() ? QString() : rows.front().data().toString();
        return propose(m_desk.propose([key](const cost::PriceBook& book) { return withoutTerm(book, key); },
                                      tr("Without %1").arg(name), tr("%1 removed").arg(name)));
    }
    if (const cost::Price* const price = selectedPrice(); price != nullptr) {
        const QString name =
            fromText(price->key.model + ", " + std::string(cost::toString(price->key.direction)));
        propose(m_desk.propose(
            [price = *price](const cost::PriceBook& book) { return book.without(price.key, price.since); },
            tr("Without the price of %1").arg(name), tr("Price of %1 removed").arg(name)));
    }
}

void PricePanel::restoreVersion()
{
    propose(m_desk.proposeVersion(selected().toInt()));
}

void PricePanel::propose(const Status& proposed)
{
    if (!proposed)
        m_notice->show(NoticeBar::Weight::Warning,
                       fromText(proposed.error().message + " " + proposed.error().advice), proposed.error());
}

void PricePanel::importFile()
{
    if (const QString path = m_choose(this); !path.isEmpty())
        m_desk.importFile(path);
}

void PricePanel::closeMonth()
{
    auto* const dialog = new CloseMonthDialog(m_desk, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void PricePanel::openReview()
{
    if (m_review && m_review->isVisible())
        return;
    m_review = new PriceReviewDialog(m_theme, m_desk, this);
    m_review->setAttribute(Qt::WA_DeleteOnClose);
    m_review->open();
}

void PricePanel::showState()
{
    const PriceState& state = m_desk.state();
    if (!state.prices) {
        StateView::Content content;
        if (state.error) {
            content = StateView::forError(*state.error, tr("The prices could not be read"));
            content.action = tr("Try again");
        } else {
            content.title = tr("Reading the prices…");
            content.progress = -1;
        }
        m_state->setContent(content);
        m_place->setCurrentIndex(1);
        return;
    }
    m_place->setCurrentIndex(0);
    const auto view = m_presenter.state()->view;
    const cost::Day today = m_presenter.service() != nullptr ? m_presenter.service()->today() : cost::Day{};
    m_prices = m_desk.book()->prices();
    m_models[0]->setRecords(priceRecords(*m_desk.book(), today, m_theme.tokens()));
    m_models[1]->setRecords(termRecords(*m_desk.book(), today, m_theme.tokens()));
    m_models[2]->setRecords(versionRecords(*state.prices, m_theme.tokens()));
    m_unpriced->setRecords(view ? unpricedRecords(*view) : std::vector<Record>());
    m_unpricedPanel->setVisible(view && !view->unpriced.empty());
    // With the heads, and the line around.
    const std::size_t rows = view ? std::min(view->unpriced.size(), MostUnpriced) : 0;
    m_unpricedFrame->setFixedHeight(static_cast<int>(rows + 1) * metric::RowHeight + 6);
    showHead(*state.prices);
    const std::optional<Error>& problem = state.problem ? state.problem : state.error;
    m_notice->show(problem ? NoticeBar::Weight::Warning : NoticeBar::Weight::Info,
                   problem ? fromText(problem->message + " " + problem->advice) : QString(), problem);
    showActions();
}

void PricePanel::showHead(const jobs::CostPrices& prices)
{
    const cost::PriceVersion* const inForce = prices.versions->find(prices.inForce);
    const QString note =
        inForce != nullptr && !inForce->note.empty() ? u": "_s + fromText(inForce->note) : QString();
    m_version->setText(tr("Version %1 is in force%2").arg(prices.inForce).arg(note));
    const QString list = fromText(prices.versions->all().front().note);
    const QString closed = prices.closedThrough ? tr("Months through %1 are closed and keep their amounts.")
                                                      .arg(fromText(cost::monthText(*prices.closedThrough)))
                                                : tr("No month is closed yet.");
    m_closed->setText(
        tr("Amounts in %1. First version: %2. %3").arg(fromText(m_desk.book()->home().text()), list, closed));
}

void PricePanel::showActions()
{
    if (m_close == nullptr || m_restore == nullptr)
        return;
    const PriceState& state = m_desk.state();
    const auto tab = static_cast<Tab>(m_tables->currentIndex());
    const bool one = !selected().isEmpty();
    m_add->setVisible(tab == Tab::Prices);
    m_edit->setVisible(tab == Tab::Prices);
    m_edit->setEnabled(one);
    m_addTerm->setVisible(tab == Tab::Terms);
    m_remove->setVisible(tab != Tab::Versions);
    m_remove->setEnabled(one);
    m_restore->setVisible(tab == Tab::Versions);
    m_restore->setEnabled(one && state.prices &&
                          selected().toInt() != state.prices->versions->newest().number);
    m_import->setEnabled(!state.importing);
    m_import->setText(state.importing ? tr("Reading the list…") : tr("Import…"));
    m_cancelImport->setVisible(state.importing);
    const bool closable = !m_desk.closable().empty();
    m_close->setEnabled(closable && !state.closing);
    setPlainToolTip(m_close, closable ? QString() : tr("No month that is over is open"));
}

} // namespace gatehouse::ui
