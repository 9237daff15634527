// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/quotaspage.h"

#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/quotas/capacitypanel.h"
#include "ui/pages/quotas/draftpanel.h"
#include "ui/pages/quotas/quotadelegate.h"
#include "ui/pages/quotas/quotamodel.h"
#include "ui/pages/quotas/raisedialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QShortcut>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <set>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int ButtonsFrom = 880; ///< width of the page from which all its buttons fit
const QString IncludeSnippet = u"<include-fragment fragment-id=\"gatehouse-quotas\"/>"_s;

} // namespace

QuotasPage::QuotasPage(Theme& theme, QuotasPresenter& presenter)
    : Page(theme, presenter, u"quotas"_s, tr("Quotas"))
    , m_theme(theme)
    , m_presenter(presenter)
    , m_filter(new QLineEdit)
    , m_raise(new QPushButton(tr("Raise until…")))
    , m_remove(new QPushButton(tr("Remove limits")))
    , m_revert(new QPushButton(tr("Revert")))
    , m_keys(new QPushButton(tr("Access keys…")))
    , m_directory(new QPushButton(tr("Service directory…")))
    , m_undo(new QToolButton)
    , m_redo(new QToolButton)
    , m_caption(new ElidedLabel)
    , m_notice(new NoticeBar(theme, u"quotasDataNotice"_s))
    , m_include(buildInclude())
    , m_model(new QuotaModel(
          [this](const std::string& service, QuotaField field, const QString& typed) {
              const Status done = m_presenter.edit(service, field, typed);
              if (done && m_refusal) {
                  m_refusal.reset();
                  showState();
              }
              return done;
          },
          this))
    , m_table(new TableView(theme, *m_model, u"quotaTable"_s, tr("Limits of services")))
    , m_draft(new DraftPanel(theme, presenter))
    , m_capacity(new CapacityPanel(theme))
{
    auto* const lower = new QSplitter(Qt::Horizontal);
    nameWidget(lower, u"quotasLower"_s, tr("Draft and capacity"));
    lower->setChildrenCollapsible(false);
    lower->setHandleWidth(metric::Space3);
    lower->addWidget(m_draft);
    lower->addWidget(m_capacity);
    lower->setSizes({740, 480});
    auto* const split = new QSplitter(Qt::Vertical);
    nameWidget(split, u"quotasSplit"_s, tr("Limits above, draft and capacity below"));
    split->setChildrenCollapsible(false);
    split->setHandleWidth(metric::Space3);
    split->addWidget(buildSheet());
    split->addWidget(lower);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({390, 330});
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addWidget(buildTools());
    column->addWidget(m_notice);
    column->addWidget(m_include);
    column->addWidget(split, 1);

    connect(&presenter, &PagePresenter::changed, this, &QuotasPage::showState);
    connect(&theme, &Theme::changed, this, &QuotasPage::showState);
    connect(m_table, &TableView::summaryChanged, this, &Page::summaryChanged);
    connect(&m_capacity->table(), &TableView::summaryChanged, this, &Page::summaryChanged);
    connect(m_draft, &DraftPanel::summaryChanged, this, &Page::summaryChanged);
    connect(m_draft, &DraftPanel::told, this, &Page::told);
    connect(m_model, &QuotaModel::refused, this, [this](const Error& error) { tell(fail(error)); });
    const auto key = [this](const QKeySequence& keys, auto&& run) {
        auto* const shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, std::forward<decltype(run)>(run));
    };
    key(QKeySequence(Qt::CTRL | Qt::Key_Z), [this] { m_presenter.undoStack().undo(); });
    key(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), [this] { m_presenter.undoStack().redo(); });
    showState();
}

QWidget* QuotasPage::buildTools()
{
    nameWidget(m_filter, u"quotaFilter"_s, tr("Filter the services"));
    m_filter->setPlaceholderText(tr("Filter services  /"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(140);
    m_filter->setMaximumWidth(220);
    connect(m_filter, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_table->proxy().setFilterText(text); });
    nameWidget(m_raise, u"quotaRaise"_s, tr("Raise the limits of the chosen service for a while"));
    nameWidget(m_remove, u"quotaRemove"_s, tr("Remove the limits of the chosen services"));
    nameWidget(m_revert, u"quotaRevert"_s, tr("Revert the chosen rows of the draft"));
    nameWidget(m_keys, u"quotaKeys"_s, tr("Access keys of the chosen service"));
    nameWidget(m_directory, u"quotaDirectory"_s, tr("Owners and applications of the services"));
    setPlainToolTip(m_directory, tr("Application, owner, cost centre and more of each service"));
    connect(m_keys, &QPushButton::clicked, this, &QuotasPage::openKeys);
    connect(m_directory, &QPushButton::clicked, this, &QuotasPage::openDirectory);
    connect(m_raise, &QPushButton::clicked, this, &QuotasPage::openRaise);
    connect(m_remove, &QPushButton::clicked, this, &QuotasPage::removeLimits);
    connect(m_revert, &QPushButton::clicked, this, &QuotasPage::revertRows);
    QUndoStack& stack = m_presenter.undoStack();
    for (const auto& [button, name, text, keys] :
         {std::tuple(m_undo, u"quotaUndo"_s, tr("Undo"), u"Ctrl+Z"_s),
          std::tuple(m_redo, u"quotaRedo"_s, tr("Redo"), u"Ctrl+Shift+Z"_s)}) {
        nameWidget(button, name, text);
        button->setText(text);
        button->setProperty("kind", u"quiet"_s);
        setPlainToolTip(button, tr("%1 the last edit of the draft (%2)").arg(text, keys));
        button->setEnabled(false);
    }
    connect(m_undo, &QToolButton::clicked, &stack, &QUndoStack::undo);
    connect(m_redo, &QToolButton::clicked, &stack, &QUndoStack::redo);
    connect(&stack, &QUndoStack::canUndoChanged, m_undo, &QWidget::setEnabled);
    connect(&stack, &QUndoStack::canRedoChanged, m_redo, &QWidget::setEnabled);
    m_caption->setObjectName(u"quotaCaption"_s);
    m_caption->setProperty("role", u"caption"_s);
    m_caption->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* const tools = new QWidget;
    nameWidget(tools, u"quotaTools"_s, tr("Tools"));
    auto* const row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_filter, 1);
    row->addWidget(m_raise);
    row->addWidget(m_remove);
    row->addWidget(m_revert);
    row->addWidget(m_undo);
    row->addWidget(m_redo);
    row->addWidget(m_caption, 1);
    row->addWidget(m_keys);
    row->addWidget(m_directory);
    return tools;
}

QWidget* QuotasPage::buildInclude()
{
    auto* const include = new QFrame;
    include->setProperty("notice", u"warn"_s);
    nameWidget(include, u"quotaInclude"_s, tr("How the limits come into force"));
    auto* const text = makeLabel(
        u"quotaIncludeText"_s, "",
        tr("▲ No policy includes this fragment, so these limits are not enforced. Put this into the inbound "
           "section of the API's policy:"));
    auto* const snippet = makeLabel(u"quotaIncludeSnippet"_s, "strong", IncludeSnippet);
    snippet->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, u"quotaIncludeCopy"_s, tr("Copy the line that includes the fragment"));
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(IncludeSnippet);
        Q_EMIT told(tr("The line is on the clipboard"));
    });
    text->setWordWrap(true);
    auto* const row = new QHBoxLayout(include);
    row->setContentsMargins(metric::Space3, metric::Space2, metric::Space2, metric::Space2);
    row->setSpacing(metric::Space3);
    row->addWidget(text, 1);
    row->addWidget(snippet);
    row->addWidget(copy);
    return include;
}

QWidget* QuotasPage::buildSheet()
{
    m_table->setItemDelegate(new QuotaDelegate(m_theme, *m_table));
    m_table->setEditTriggers(QTableView::EditKeyPressed);
    m_table->setEmptyText(tr("No service fits the filter"));
    // Tool tips say these too: of the service, of its state and of the last minute.
    m_table->setSpareColumns({QuotaModel::Product, QuotaModel::Until, QuotaModel::Peak});
    connect(m_table, &TableView::rowActivated, this, &QuotasPage::editCell);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { showTools(*m_presenter.state()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this] { showTools(*m_presenter.state()); });
    QFrame* const panel = makePanel(u"quotaPanel"_s, tr("Limits of services"));
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(1, 1, 1, 1);
    column->addWidget(m_table);
    panel->setMinimumHeight(120);
    return panel;
}

void QuotasPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    // Where there is no room for them, the palette still has both.
    for (QPushButton* const button : {m_keys, m_directory})
        button->setVisible(width() >= ButtonsFrom);
}

QWidget* QuotasPage::filterField()
{
    return m_filter;
}

void QuotasPage::describeEmpty(QString& title, QString& text) const
{
    title = tr("No services yet");
    text = tr("The services are the subscriptions of the API Management service. Add one there, or choose "
              "another service in the profile.");
}

void QuotasPage::showState()
{
    const std::shared_ptr<const QuotasState> state = m_presenter.state();
    showStatus(state->status);
    if (!state->board || !state->status.showsData())
        return;
    m_model->show(*state, m_theme.tokens());
    m_draft->show(*state);
    m_capacity->show(state->board->capacity);
    m_include->setVisible(state->board->included == false);
    m_caption->setFullText(tr("Last minute: up to %1 %2 · periods in UTC")
                               .arg(formatMoment(state->board->minute.end, true), zoneName()));
    showNotice(*state);
    showTools(*state);
}

void QuotasPage::showNotice(const QuotasState& state)
{
    const jobs::QuotaBoard& board = *state.board;
    const auto first = [](const gateway::PolicyProblem& problem) { return fromText(toString(problem)); };
    if (m_refusal)
        m_notice->show(NoticeBar::Weight::Bad,
                       tr("Not drafted. %1").arg(fromText(m_refusal->message + " " + m_refusal->advice)));
    else if (!board.fragmentUnknown.empty())
        m_notice->show(NoticeBar::Weight::Warning,
                       tr("The limits are not known: %1").arg(fromText(board.fragmentUnknown)));
    else if (!board.logsUnknown.empty())
        m_notice->show(NoticeBar::Weight::Warning, fromText(board.logsUnknown));
    else if (!board.subscriptionsUnknown.empty())
        m_notice->show(
            NoticeBar::Weight::Warning,
            tr("Only services of the sheet are shown: %1").arg(fromText(board.subscriptionsUnknown)));
    else if (!board.problems.empty())
        m_notice->show(NoticeBar::Weight::Warning,
                       tr("The fragment was edited by hand: %1").arg(first(board.problems.front())));
    else if (!board.foreign.empty())
        m_notice->show(NoticeBar::Weight::Info,
                       tr("The fragment also holds what Gatehouse did not write and will keep: %1")
                           .arg(first(board.foreign.front())));
    else
        m_notice->show(NoticeBar::Weight::Info, {});
}

void QuotasPage::showTools(const QuotasState& state)
{
    const std::vector<std::string> chosen = chosenServices();
    const bool mayEdit = state.whyNoEditing.isEmpty();
    const bool anyLimits = std::any_of(state.rows.begin(), state.rows.end(), [&](const QuotaRowView& view) {
        return view.quota && std::find(chosen.begin(), chosen.end(), view.row.service) != chosen.end();
    });
    const bool anyDraft = std::any_of(chosen.begin(), chosen.end(), [&](const std::string& service) {
        return state.drafts.contains(service);
    });
    m_raise->setEnabled(mayEdit && chosen.size() == 1);
    m_remove->setEnabled(mayEdit && anyLimits);
    m_revert->setEnabled(anyDraft);
    setPlainToolTip(m_raise,
                    mayEdit ? tr("Other limits for one service, up to a moment") : state.whyNoEditing);
    setPlainToolTip(m_remove,
                    mayEdit ? tr("The services then have the limits of everybody else") : state.whyNoEditing);
    const bool hasKeys = std::ranges::any_of(state.rows, [&](const QuotaRowView& view) {
        return chosen.size() == 1 && view.row.service == chosen.front() && view.row.subscribed;
    });
    m_keys->setEnabled(hasKeys);
    setPlainToolTip(m_keys, hasKeys ? tr("Who uses the keys of this service, and new ones in their place")
                                    : tr("Choose one service that has a subscription."));
    setPlainToolTip(m_revert, tr("Takes the chosen rows out of the draft"));
}

std::vector<std::string> QuotasPage::chosenServices() const
{
    std::set<std::string> chosen;
    for (const QModelIndex& index : m_table->selectionModel()->selectedIndexes())
        chosen.insert(QuotaModel::serviceOf(index.data(RecordModel::KeyRole).toString()));
    if (chosen.empty() && m_table->currentIndex().isValid())
        chosen.insert(QuotaModel::serviceOf(m_table->currentIndex().data(RecordModel::KeyRole).toString()));
    return {chosen.begin(), chosen.end()};
}

void QuotasPage::editCell()
{
    // The Return that ends an editor comes here too.
    if (!m_table->hasFocus())
        return;
    const QModelIndex index = m_table->currentIndex();
    if (index.flags().testFlag(Qt::ItemIsEditable))
        m_table->edit(index);
    else if (const QString why = m_presenter.state()->whyNoEditing;
             !why.isEmpty() && QuotaModel::fieldOf(index.column()))
        Q_EMIT told(why);
}

void QuotasPage::openRaise()
{
    const std::vector<std::string> chosen = chosenServices();
    const std::shared_ptr<const QuotasState> state = m_presenter.state();
    for (const QuotaRowView& view : state->rows) {
        if (chosen.size() != 1 || view.row.service != chosen.front())
            continue;
        auto* const dialog = new RaiseDialog(m_theme, m_presenter, view, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    }
}

void QuotasPage::removeLimits()
{
    tell(m_presenter.removeLimits(chosenServices()));
}

void QuotasPage::openKeys()
{
    const std::vector<std::string> chosen = chosenServices();
    if (chosen.size() == 1)
        Q_EMIT accessKeysRequested(fromText(chosen.front()));
}

void QuotasPage::openDirectory()
{
    const std::vector<std::string> chosen = chosenServices();
    Q_EMIT serviceDirectoryRequested(chosen.size() == 1 ? fromText(chosen.front()) : QString());
}

void QuotasPage::revertRows()
{
    for (const std::string& service : chosenServices())
        m_presenter.revert(service);
}

void QuotasPage::tell(const Status& done)
{
    m_refusal = done ? std::nullopt : std::optional(done.error());
    showState();
}

std::vector<Command> QuotasPage::commands()
{
    const std::shared_ptr<const QuotasState> state = m_presenter.state();
    if (!state->board)
        return {};
    const auto here = [this](auto run) {
        return [this, run] {
            Q_EMIT pageRequested();
            run();
        };
    };
    std::vector<Command> all;
    if (m_keys->isEnabled())
        all.push_back(
            {tr("Quotas"), tr("Access keys of the chosen service…"), {}, here([this] { openKeys(); })});
    all.push_back({tr("Quotas"), tr("Copy the limits as CSV"), {}, [this] {
                       m_table->clearSelection();
                       m_table->copyAs(TextFormat::Csv);
                       Q_EMIT told(tr("The limits are on the clipboard"));
                   }});
    if (state->drafts.empty())
        return all;
    all.push_back({tr("Quotas"), tr("Review and apply the draft"), {}, here([this] { m_draft->propose(); })});
    all.push_back({tr("Quotas"), tr("Replay the draft over 7 days"), {}, here([this] {
                       m_draft->choose(DraftPanel::Impact);
                       m_presenter.rehearse(7);
                   })});
    all.push_back({tr("Quotas"), tr("Replay the draft over 30 days"), {}, here([this] {
                       m_draft->choose(DraftPanel::Impact);
                       m_presenter.rehearse(30);
                   })});
    all.push_back({tr("Quotas"), tr("Discard the draft"), {}, here([this] { m_presenter.revertAll(); })});
    return all;
}

std::vector<std::pair<QString, QString>> QuotasPage::keys() const
{
    return {{u"F2"_s, tr("Edit the limit (also Return, or a double click)")},
            {u"Ctrl Z"_s, tr("Undo the last edit of the draft")},
            {u"Ctrl Shift Z"_s, tr("Redo it")}};
}

void QuotasPage::showExample()
{
    m_draft->choose(DraftPanel::Impact);
    m_presenter.showExample();
}

} // namespace gatehouse::ui
