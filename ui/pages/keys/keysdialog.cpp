// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/keys/keysdialog.h"

#include "ui/models/cells.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QFontDatabase>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

Cell momentCell(std::optional<DateTime> moment)
{
    if (!moment)
        return {{}, unknownText(), {}, {}};
    const QString text = formatMoment(*moment);
    return {fromText(formatDateTime(*moment)), text, formatMoment(*moment, true), {}};
}

std::optional<DateTime> lastSeen(const jobs::KeySubscription& subscription)
{
    std::optional<DateTime> last;
    for (const jobs::KeyCaller& caller : subscription.callers)
        last = std::max(last.value_or(caller.lastSeen), caller.lastSeen);
    return last;
}

QString callerName(const jobs::KeyCaller& caller)
{
    return caller.application.empty() ? AccessKeysDialog::tr("(does not name itself)")
                                      : fromText(caller.application);
}

std::vector<ColumnSpec> subscriptionColumns()
{
    const auto tr = [](const char* text) { return AccessKeysDialog::tr(text); };
    return {{tr("Subscription"), u"subscription"_s, false, 174, {}},
            {tr("Opens"), u"opens"_s, false, 150, {}},
            {tr("State"), u"state"_s, false, 96, {}},
            {tr("Callers"), u"callers"_s, true, 70, tr("In the last day")},
            {tr("Last used"), u"last_used"_s, false, 120, {}}};
}

std::vector<ColumnSpec> callerColumns()
{
    const auto tr = [](const char* text) { return AccessKeysDialog::tr(text); };
    return {{tr("Application"), u"application"_s, false, 190, {}},
            {tr("User agent"), u"user_agent"_s, false, 220, {}},
            {tr("Addresses"), u"addresses"_s, true, 80, tr("Different IP addresses")},
            {tr("Calls"), u"calls"_s, true, 80, {}},
            {tr("Last seen"), u"last_seen"_s, false, 120, {}}};
}

QPushButton* button(const QString& name, const QString& text, const QString& accessible)
{
    auto* const made = new QPushButton(text);
    nameWidget(made, name, accessible);
    made->setAutoDefault(false); // Return in a table must not draw a key
    return made;
}

} // namespace

AccessKeysDialog::AccessKeysDialog(const Theme& theme, KeysPresenter& presenter, ClipboardGuard& guard,
                                   const Clock& clock, QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_presenter(presenter)
    , m_guard(guard)
    , m_clock(clock)
    , m_notice(new NoticeBar(theme, u"accessKeysNotice"_s))
    , m_subscriptions(new RecordModel(subscriptionColumns(), this))
    , m_list(new TableView(theme, *m_subscriptions, u"accessKeysList"_s, tr("Subscriptions")))
    , m_callers(new RecordModel(callerColumns(), this))
    , m_callerTable(new TableView(theme, *m_callers, u"accessKeysCallers"_s, tr("Callers of the last day")))
    , m_heading(makeLabel(u"accessKeysHeading"_s, "heading"))
    , m_lastUsed(makeLabel(u"accessKeysLastUsed"_s, ""))
    , m_acknowledge(new QCheckBox)
    , m_primary(
          button(u"regeneratePrimary"_s, tr("Regenerate primary key"), tr("Regenerate the primary key")))
    , m_secondary(button(u"regenerateSecondary"_s, tr("Regenerate secondary key"),
                         tr("Regenerate the secondary key")))
    , m_keyTitle(makeLabel(u"newKeyTitle"_s, "strong"))
    , m_key(makeLabel(u"newKey"_s, ""))
    , m_show(button(u"newKeyShow"_s, tr("Show"), tr("Show the new key")))
    , m_copy(button(u"newKeyCopy"_s, tr("Copy"), tr("Copy the new key")))
    , m_keyNote(makeLabel(u"newKeyNote"_s, "caption"))
{
    nameWidget(this, u"accessKeysDialog"_s, tr("Access keys"));
    setWindowTitle(tr("Access keys"));
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(m_notice);
    column->addWidget(buildList(), 3);
    column->addWidget(m_heading);
    column->addWidget(m_lastUsed);
    column->addWidget(buildCallers(), 2);
    column->addWidget(buildActions());
    m_keyPanel = buildKey();
    column->addWidget(m_keyPanel);
    resize(760, 680);

    connect(&presenter, &KeysPresenter::changed, this, &AccessKeysDialog::showState);
    connect(&guard, &ClipboardGuard::changed, this, &AccessKeysDialog::showClipboard);
    showState();
    presenter.refresh();
}

AccessKeysDialog::~AccessKeysDialog()
{
    QString shown = m_key->text();
    m_key->clear();
    wipe(shown);
    // A child of the window goes after whoever listens to the presenter.
    disconnect(&m_presenter, nullptr, this, nullptr);
    m_presenter.forget();
}

QWidget* AccessKeysDialog::buildList()
{
    QFrame* const panel = makePanel(u"accessKeysListPanel"_s, tr("Subscriptions"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_list);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setEmptyText(tr("No subscriptions"));
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        // Not the current row: that comes with the focus alone.
        const QModelIndexList rows = m_list->selectionModel()->selectedRows();
        if (!rows.isEmpty())
            m_presenter.select(rows.front().data(RecordModel::KeyRole).toString().toStdString());
    });
    return panel;
}

QWidget* AccessKeysDialog::buildCallers()
{
    m_lastUsed->setWordWrap(true);
    QFrame* const panel = makePanel(u"accessKeysCallerPanel"_s, tr("Callers of the last day"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_callerTable);
    return panel;
}

QWidget* AccessKeysDialog::buildActions()
{
    auto* const actions = new QWidget;
    nameWidget(actions, u"accessKeysActions"_s, tr("Regenerate"));
    nameWidget(m_acknowledge, u"accessKeysAcknowledge"_s, tr("I know who used it"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space2);
    row->addStretch(1);
    row->addWidget(m_primary);
    row->addWidget(m_secondary);
    auto* const column = new QVBoxLayout(actions);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addWidget(m_acknowledge);
    column->addLayout(row);
    connect(m_acknowledge, &QCheckBox::clicked, &m_presenter, &KeysPresenter::acknowledge);
    connect(m_primary, &QPushButton::clicked, this,
            [this] { m_presenter.regenerate(jobs::KeySlot::Primary); });
    connect(m_secondary, &QPushButton::clicked, this,
            [this] { m_presenter.regenerate(jobs::KeySlot::Secondary); });
    return actions;
}

QFrame* AccessKeysDialog::buildKey()
{
    QFrame* const panel = makePanel(u"newKeyPanel"_s, tr("The new key"));
    m_key->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_key->setAccessibleName(tr("The new key"));
    // Selected text would reach the clipboard without its guard.
    m_key->setTextInteractionFlags(Qt::NoTextInteraction);
    m_show->setCheckable(true);
    m_show->setProperty("kind", u"toggle"_s);
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space2);
    row->addWidget(m_key, 1);
    row->addWidget(m_show);
    row->addWidget(m_copy);
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    column->setSpacing(metric::Space2);
    column->addWidget(m_keyTitle);
    column->addLayout(row);
    column->addWidget(m_keyNote);
    connect(m_show, &QPushButton::toggled, this, [this] {
        m_show->setText(m_show->isChecked() ? tr("Hide") : tr("Show"));
        fillKey(*m_presenter.state());
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        const std::shared_ptr<const KeysState> state = m_presenter.state();
        if (state->drawn)
            m_guard.copy(state->drawn->key.key.view());
    });
    return panel;
}

void AccessKeysDialog::showState()
{
    const std::shared_ptr<const KeysState> state = m_presenter.state();
    const std::optional<Error>& error = state->failure ? state->failure : state->error;
    if (error)
        m_notice->show(NoticeBar::Weight::Bad, fromText(error->message + " " + error->advice), error);
    else if (state->phase == KeysState::Phase::Loading)
        m_notice->show(NoticeBar::Weight::Info, tr("Loading the subscriptions…"));
    else if (state->report && state->report->partial)
        m_notice->show(NoticeBar::Weight::Warning,
                       tr("The log's answer is not whole: there may be more callers."));
    else
        m_notice->show(NoticeBar::Weight::Info, {});
    showSubscriptions(*state);
    showCallers(*state);
    const QString whyNot = m_presenter.whyNot();
    const QString consequence = m_presenter.consequence();
    m_acknowledge->setText(consequence);
    m_acknowledge->setVisible(!consequence.isEmpty());
    m_acknowledge->setChecked(state->acknowledged);
    m_acknowledge->setEnabled(m_presenter.lock().whyNot().isEmpty() && !state->working);
    setPlainToolTip(m_acknowledge, m_presenter.lock().whyNot());
    for (QPushButton* const one : {m_primary, m_secondary}) {
        one->setEnabled(whyNot.isEmpty());
        setPlainToolTip(one, whyNot);
    }
    showKey(*state);
}

void AccessKeysDialog::showSubscriptions(const KeysState& state)
{
    std::vector<Record> records;
    if (state.report) {
        for (const jobs::KeySubscription& one : state.report->subscriptions) {
            Record record;
            record.key = fromText(one.id);
            const bool known = state.report->callersKnown;
            record.cells = {textCell(fromText(one.name)), textCell(fromText(one.scope)),
                            textCell(fromText(one.state)),
                            known ? amountCell(static_cast<std::int64_t>(one.callers.size()))
                                  : Cell{{}, unknownText(), {}, {}},
                            momentCell(lastSeen(one))};
            records.push_back(std::move(record));
        }
    }
    m_subscriptions->setRecords(std::move(records));
    selectWanted();
}

void AccessKeysDialog::select(const QString& subscription)
{
    m_wanted = subscription;
    selectWanted();
}

void AccessKeysDialog::selectWanted()
{
    const QAbstractItemModel& rows = *m_list->model();
    for (int row = 0; row < rows.rowCount() && !m_wanted.isEmpty(); ++row) {
        if (rows.index(row, 0).data(RecordModel::KeyRole).toString().compare(m_wanted, Qt::CaseInsensitive) !=
            0)
            continue;
        m_wanted.clear(); // before the selection, which comes back here
        m_list->selectRow(row);
        m_list->scrollTo(rows.index(row, 0));
    }
}

void AccessKeysDialog::showCallers(const KeysState& state)
{
    const jobs::KeySubscription* const subscription = state.subscription();
    std::vector<Record> records;
    m_heading->setText(subscription == nullptr ? tr("Choose a subscription") : fromText(subscription->name));
    if (subscription == nullptr) {
        m_lastUsed->setText(tr("Who used it stands here before a key can be regenerated."));
        m_callerTable->setEmptyText({});
        m_callers->setRecords({});
        return;
    }
    int row = 0;
    for (const jobs::KeyCaller& caller : subscription->callers) {
        Record record;
        record.key = QString::number(row++);
        record.cells = {textCell(callerName(caller)),
                        textCell(caller.agent.empty() ? unknownText() : fromText(caller.agent)),
                        amountCell(caller.addresses), amountCell(caller.calls), momentCell(caller.lastSeen)};
        records.push_back(std::move(record));
    }
    const QString whichKey = tr("Which of the two keys a caller used is not in the log.");
    if (!state.report->callersKnown)
        m_lastUsed->setText(
            tr("Who used it is not known: %1").arg(fromText(state.report->callersUnknownBecause)));
    else if (subscription->callers.empty())
        m_lastUsed->setText(tr("Not used in the last day. Callers that come less often are not seen here."));
    else {
        const jobs::KeyCaller& last = subscription->callers.front();
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(m_clock.now() - last.lastSeen);
        m_lastUsed->setText(
            tr("Last used by %1, %2 ago. %3")
                .arg(callerName(last), formatSpan(std::max(age, std::chrono::seconds(0))), whichKey));
    }
    m_callerTable->setEmptyText(state.report->callersKnown ? tr("● Nobody in the last day")
                                                           : tr("– Not known"));
    m_callers->setRecords(std::move(records));
}

void AccessKeysDialog::showKey(const KeysState& state)
{
    m_keyPanel->setVisible(state.drawn.has_value());
    if (!state.drawn)
        m_show->setChecked(false);
    fillKey(state);
    if (!state.drawn)
        return;
    m_keyTitle->setText(state.drawn->slot == jobs::KeySlot::Primary
                            ? tr("New primary key of %1").arg(fromText(state.drawn->subscription))
                            : tr("New secondary key of %1").arg(fromText(state.drawn->subscription)));
    showClipboard();
}

void AccessKeysDialog::fillKey(const KeysState& state)
{
    QString before = m_key->text();
    if (!state.drawn) {
        m_key->clear();
    } else if (m_show->isChecked()) {
        const std::string_view key = state.drawn->key.key.view();
        m_key->setText(QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size())));
    } else {
        m_key->setText(QString(32, u'•'));
    }
    // The label has let go of it, so this is the last copy.
    if (before != m_key->text())
        wipe(before);
}

void AccessKeysDialog::showClipboard()
{
    const std::shared_ptr<const KeysState> state = m_presenter.state();
    if (!state->drawn)
        return;
    const auto left = m_guard.remaining();
    QString note = left.count() > 0 ? tr("Copied. The clipboard is cleared in %1 s.").arg(left.count())
                                    : tr("It is shown this once. The old key has ended.");
    if (!state->drawn->key.journalled)
        note += u' ' + tr("This is not in the journal.");
    m_keyNote->setText(note);
}

} // namespace gatehouse::ui
