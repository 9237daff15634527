// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/smokepanel.h"

#include "core/base/files.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/ask/asklist.h"
#include "ui/pages/ask/asktext.h"
#include "ui/pages/ask/smokerecords.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSignalBlocker>
#include <QtCore/QTemporaryDir>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using rag::smoke::Run;

namespace {

constexpr int RunsWidth = 250;

QPlainTextEdit* makeReader()
{
    auto* const view = new QPlainTextEdit;
    nameWidget(view, u"smokeDetail"_s, SmokePanel::tr("Everything that is known of the result"));
    view->setReadOnly(true);
    view->setProperty("kind", u"reader"_s);
    view->setTabChangesFocus(true);
    view->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return view;
}

/// A file that ships inside of the program, as one on disk.
bool unpack(const QString& name, const QString& root)
{
    QFile file(u":/gatehouse/"_s + name);
    const QString path = QDir(root).filePath(name);
    return QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::ReadOnly) &&
           atomicWrite(path.toStdString(), file.readAll().toStdString());
}

} // namespace

SmokePanel::SmokePanel(const Theme& theme, SmokePresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_name(makeLabel(u"smokeName"_s, "strong"))
    , m_plan(new ElidedLabel)
    , m_open(new QPushButton(tr("Open suite…")))
    , m_pools(new QComboBox)
    , m_rules(new QPushButton(tr("Add test rules…")))
    , m_run(new QPushButton(tr("Run")))
    , m_folder(new QPushButton(tr("Documents are in…")))
    , m_notice(new NoticeBar(theme, u"smokeNotice"_s))
    , m_progressText(makeLabel(u"smokeProgressText"_s, "caption"))
    , m_progress(new QProgressBar)
    , m_progressRow(new QWidget)
    , m_state(new StateView(theme, u"smokeState"_s))
    , m_runs(new AskList(theme, u"smokeRuns"_s, tr("Runs of this suite, the newest first")))
    , m_members(makeLabel(u"smokeMembers"_s, ""))
    , m_badge(makeLabel(u"smokeBadge"_s, "key", tr("◇ simulated model")))
    , m_view(new Segments(u"smokeView"_s, tr("One run or all"), {tr("Results"), tr("Over time")}))
    , m_junit(new QPushButton(tr("Save JUnit…")))
    , m_results(new RecordModel(smokeResultColumns(), this))
    , m_resultTable(new TableView(theme, *m_results, u"smokeResults"_s, tr("Results by case and member")))
    , m_detail(makeReader())
    , m_trend(new RecordModel(smokeTrendColumns(), this))
    , m_trendTable(new TableView(theme, *m_trend, u"smokeTrend"_s, tr("How each case went over time")))
    , m_views(new Deck)
    , m_stack(new Deck)
{
    nameWidget(this, u"smokePanel"_s, tr("Smoke tests"));
    auto* const stack = new QWidget;
    nameWidget(stack, u"smokeStack"_s, tr("Smoke tests"));
    stack->setLayout(m_stack);
    m_stack->setContentsMargins(0, 0, 0, 0);
    m_stack->addWidget(m_state);
    m_stack->addWidget(buildBody());
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addWidget(buildHead());
    column->addWidget(m_notice);
    column->addWidget(m_progressRow);
    column->addWidget(stack, 1);
    connectParts();
    show();
}

SmokePanel::~SmokePanel() = default;

QWidget* SmokePanel::buildHead()
{
    m_plan->setObjectName(u"smokePlan"_s);
    m_plan->setProperty("role", u"caption"_s);
    nameWidget(m_open, u"smokeOpen"_s, tr("Open a suite file"));
    nameWidget(m_pools, u"smokePool"_s, tr("Whose members are asked"));
    m_pools->setMinimumContentsLength(16);
    m_pools->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    nameWidget(m_rules, u"smokeRules"_s, tr("Add the routing rules that reach each member"));
    nameWidget(m_run, u"smokeRun"_s, tr("Run the suite"));
    nameWidget(m_folder, u"smokeFolder"_s, tr("Say in which folder the suite's documents lie"));
    m_run->setProperty("kind", u"primary"_s);
    QFrame* const head = makePanel(u"smokeHead"_s, tr("Suite"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space2);
    row->addWidget(m_name, 1);
    row->addWidget(m_folder);
    row->addWidget(m_open);
    row->addWidget(m_pools);
    row->addWidget(m_rules);
    row->addWidget(m_run);
    auto* const column = new QVBoxLayout(head);
    column->setContentsMargins(metric::Space3, metric::Space2, metric::Space2, metric::Space2);
    column->setSpacing(metric::Space1);
    column->addLayout(row);
    column->addWidget(m_plan);
    nameWidget(m_progress, u"smokeProgress"_s, tr("Progress of the run"));
    m_progress->setTextVisible(false);
    nameWidget(m_progressRow, u"smokeProgressRow"_s, tr("Progress of the run"));
    auto* const progress = new QHBoxLayout(m_progressRow);
    progress->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    progress->setSpacing(metric::Space3);
    progress->addWidget(m_progressText);
    progress->addWidget(m_progress, 1);
    return head;
}

QWidget* SmokePanel::buildBody()
{
    QFrame* const runs = makePanel(u"smokeRunsPanel"_s, tr("Runs"));
    auto* const runsColumn = new QVBoxLayout(runs);
    runsColumn->setContentsMargins(1, metric::Space2, 1, 1);
    runsColumn->setSpacing(metric::Space2);
    auto* const runsTitle = makeLabel(u"smokeRunsTitle"_s, "strong", tr("Runs"));
    runsTitle->setContentsMargins(metric::Space3, 0, 0, 0);
    runsColumn->addWidget(runsTitle);
    runsColumn->addWidget(m_runs, 1);
    m_runs->setEmptyText(tr("This suite has not been run with this profile yet."));
    auto* const views = new QWidget;
    nameWidget(views, u"smokeViews"_s, tr("Results"));
    views->setLayout(m_views);
    m_views->setContentsMargins(0, 0, 0, 0);
    m_views->addWidget(buildResults());
    m_views->addWidget(m_trendTable);
    m_trendTable->setEmptyText(tr("How each case went in the last runs stands here."));
    nameWidget(m_junit, u"smokeJUnit"_s, tr("Save the results as JUnit XML, for a build server"));
    m_members->setWordWrap(true);
    auto* const tools = new QHBoxLayout;
    tools->setSpacing(metric::Space2);
    tools->addWidget(m_view);
    tools->addWidget(m_badge);
    tools->addStretch(1);
    tools->addWidget(m_junit);
    QFrame* const right = makePanel(u"smokeRight"_s, tr("Results"));
    auto* const column = new QVBoxLayout(right);
    column->setContentsMargins(metric::Space3, metric::Space2, metric::Space2, metric::Space2);
    column->setSpacing(metric::Space2);
    column->addLayout(tools);
    column->addWidget(m_members);
    column->addWidget(views, 1);
    auto* const split = new QSplitter(Qt::Horizontal);
    nameWidget(split, u"smokeSplitter"_s, tr("Runs and the results of one"));
    split->addWidget(runs);
    split->addWidget(right);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(metric::Space2);
    split->setStretchFactor(1, 1);
    split->setSizes({RunsWidth, 900});
    runs->setMinimumWidth(200);
    return split;
}

QWidget* SmokePanel::buildResults()
{
    m_resultTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_resultTable->setEmptyText(tr("Nothing was asked yet."));
    m_resultTable->setSpareColumns({5, 7, 4, 6});
    auto* const split = new QSplitter(Qt::Vertical);
    nameWidget(split, u"smokeResultSplitter"_s, tr("Results and all that is known of one"));
    split->addWidget(m_resultTable);
    split->addWidget(m_detail);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(metric::Space2);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    return split;
}

void SmokePanel::connectParts()
{
    connect(&m_presenter, &SmokePresenter::changed, this, &SmokePanel::show);
    connect(&m_presenter, &SmokePresenter::progressed, this, &SmokePanel::showHead);
    connect(&m_presenter.flow().lock(), &EditLock::changed, this, &SmokePanel::showHead);
    connect(&m_presenter, &SmokePresenter::told, this, &SmokePanel::told);
    connect(&m_theme, &Theme::changed, this, &SmokePanel::showRun);
    connect(m_open, &QPushButton::clicked, this, &SmokePanel::chooseSuite);
    connect(m_folder, &QPushButton::clicked, this, &SmokePanel::chooseFolder);
    connect(m_rules, &QPushButton::clicked, &m_presenter, &SmokePresenter::addTestRules);
    connect(m_run, &QPushButton::clicked, this, &SmokePanel::runOrStop);
    connect(m_junit, &QPushButton::clicked, this, &SmokePanel::chooseJUnit);
    connect(m_pools, &QComboBox::activated, this,
            [this](int index) { m_presenter.choosePool(m_pools->itemData(index).toString()); });
    connect(m_view, &Segments::chosen, m_views, &Deck::setCurrentIndex);
    connect(m_runs, &AskList::currentKeyChanged, this, [this](const QString& key) {
        bool number = false;
        const qulonglong run = key.toULongLong(&number);
        if (number)
            m_presenter.show(run);
    });
    connect(m_resultTable->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &SmokePanel::showDetail);
    for (TableView* const table : {m_resultTable, m_trendTable})
        connect(table, &TableView::summaryChanged, this, &SmokePanel::summaryChanged);
    connect(m_state, &StateView::actionRequested, this, [this] {
        if (m_presenter.problem())
            m_presenter.reopen();
        else
            chooseSuite();
    });
    connect(m_state, &StateView::secondActionRequested, this, [this] {
        if (m_presenter.problem())
            chooseSuite();
        else
            trySample();
    });
}

void SmokePanel::chooseSuite()
{
    auto* const dialog = new QFileDialog(window(), tr("Open a suite"), QDir::homePath(),
                                         tr("Suites (*.yaml *.yml *.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"smokeFile"_s);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { m_presenter.open(path); });
    dialog->open();
}

void SmokePanel::trySample()
{
    if (m_samples == nullptr)
        m_samples = std::make_unique<QTemporaryDir>();
    bool whole = unpack(u"smoke/example.yaml"_s, m_samples->path());
    for (const QString& name : QDir(u":/gatehouse/documents"_s).entryList(QDir::Files))
        whole = unpack(u"documents/"_s + name, m_samples->path()) && whole;
    if (whole)
        m_presenter.open(m_samples->filePath(u"smoke/example.yaml"_s), {m_samples->filePath(u"documents"_s)});
    else
        Q_EMIT told(tr("The sample suite could not be written to a temporary folder."));
}

void SmokePanel::chooseFolder()
{
    auto* const dialog = new QFileDialog(window(), tr("Where the suite's documents lie"), QDir::homePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"smokeDocuments"_s);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, &m_presenter, &SmokePresenter::addFolder);
    dialog->open();
}

void SmokePanel::chooseJUnit()
{
    auto* const dialog =
        new QFileDialog(window(), tr("Save the results as JUnit XML"), QDir::homePath(), tr("JUnit (*.xml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"smokeJUnitFile"_s);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"xml"_s);
    dialog->selectFile(u"smoke.xml"_s);
    connect(dialog, &QFileDialog::fileSelected, &m_presenter, &SmokePresenter::saveJUnit);
    dialog->open();
}

void SmokePanel::runOrStop()
{
    if (m_presenter.running())
        m_presenter.cancel();
    else if (const Status started = m_presenter.start(); !started)
        Q_EMIT told(fromText(started.error().message));
}

void SmokePanel::showTrend(bool trend)
{
    m_view->setCurrent(trend ? 1 : 0);
    m_views->setCurrentIndex(trend ? 1 : 0);
}

void SmokePanel::show()
{
    showHead();
    showPools();
    showNotice();
    showRun();
    const auto& suite = m_presenter.suite();
    m_stack->setCurrentIndex(suite ? 1 : 0);
    if (suite)
        return;
    if (m_presenter.problem()) {
        StateView::Content content =
            StateView::forError(*m_presenter.problem(), tr("The suite is not valid"));
        content.icon = u"warning"_s;
        content.action = tr("Read it again");
        content.secondAction = tr("Open another…");
        m_state->setContent(content);
        return;
    }
    m_state->setContent(
        {u"play"_s,
         tr("Does each member of a pool answer as the primary does?"),
         tr("A suite is a YAML or JSON file of documents, questions and what must hold of the answers. Its "
            "questions go to each member, tagged as test traffic, which is left out of chargeback. The same "
            "suites run with gatehouse-cli smoke."),
         tr("Open suite…"),
         tr("Try the sample suite"),
         {},
         {}});
}

void SmokePanel::showHead()
{
    const auto& suite = m_presenter.suite();
    const QString path = shownName(m_presenter.path().toStdString());
    m_name->setText(suite ? shownName(suite->name) : path.isEmpty() ? tr("No suite is open") : path);
    setPlainToolTip(m_name, path);
    m_plan->setFullText(suite                   ? smokePlanText(*suite, m_presenter.members())
                        : m_presenter.reading() ? tr("Being read…")
                                                : QString());
    m_plan->setVisible(!m_plan->fullText().isEmpty());
    const bool running = m_presenter.running();
    const QString why = m_presenter.whyNotStart();
    m_run->setText(running ? tr("Cancel") : tr("Run"));
    m_run->setAccessibleName(running ? tr("Stop the run") : tr("Run the suite"));
    m_run->setEnabled(running ? !m_presenter.stopping() : why.isEmpty());
    setPlainToolTip(m_run, running ? tr("Stop the run (Esc)") : why.isEmpty() ? tr("Ask everything") : why);
    m_open->setEnabled(!running);
    m_folder->setVisible(suite && m_presenter.documentProblem());
    const QString whyNoRules = m_presenter.whyNotAddRules();
    m_rules->setVisible(suite && m_presenter.members() != std::vector<std::string>{std::string()});
    m_rules->setEnabled(!running && whyNoRules.isEmpty());
    setPlainToolTip(m_rules, whyNoRules.isEmpty() ? tr("Routing rules that lead a question to its member; "
                                                       "they are reviewed before they are written")
                                                  : whyNoRules);
    m_progressRow->setVisible(running);
    m_progressText->setText(u"◐ "_s + m_presenter.progressText());
    const double progress = m_presenter.progress();
    m_progress->setRange(0, progress < 0 ? 0 : 1000);
    m_progress->setValue(static_cast<int>(progress * 1000));
}

void SmokePanel::showPools()
{
    const auto& suite = m_presenter.suite();
    m_pools->setVisible(suite.has_value());
    m_pools->setEnabled(!m_presenter.running());
    if (!suite)
        return;
    QStringList names{!suite->pool.empty()      ? tr("Pool %1").arg(shownName(suite->pool))
                      : suite->backends.empty() ? tr("The gateway's choice")
                                                : tr("As the suite says")};
    QStringList pools{QString()};
    for (const QString& pool : m_presenter.pools()) {
        if (pool.toStdString() == suite->pool)
            continue;
        names.append(tr("Pool %1").arg(shownName(pool.toStdString())));
        pools.append(pool);
    }
    const auto same = [&] {
        if (m_pools->count() != names.size())
            return false;
        for (int i = 0; i < m_pools->count(); ++i) {
            if (m_pools->itemText(i) != names[i] || m_pools->itemData(i).toString() != pools[i])
                return false;
        }
        return true;
    };
    if (!same()) {
        m_pools->clear();
        for (qsizetype i = 0; i < names.size(); ++i)
            m_pools->addItem(names[i], pools[i]);
    }
    m_pools->setCurrentIndex(std::max(0, static_cast<int>(pools.indexOf(m_presenter.chosenPool()))));
}

void SmokePanel::showNotice()
{
    using Weight = NoticeBar::Weight;
    const auto sentence = [](const Error& error) { return fromText(error.message + " " + error.advice); };
    if (!m_presenter.offered())
        m_notice->show(Weight::Info,
                       tr("This profile names no document service, so there is nobody to ask."));
    else if (!m_presenter.suite())
        m_notice->show(Weight::Info, {});
    else if (m_presenter.documentProblem())
        m_notice->show(Weight::Warning, sentence(*m_presenter.documentProblem()),
                       m_presenter.documentProblem());
    else if (m_presenter.problem())
        m_notice->show(Weight::Bad, u"▲ "_s + sentence(*m_presenter.problem()), m_presenter.problem());
    else if (m_presenter.routed() == false && m_rules->isVisibleTo(this))
        m_notice->show(Weight::Warning, tr("No policy of the gateway includes the routing rules, so the "
                                           "gateway chooses who answers."));
    else
        m_notice->show(Weight::Info, {});
}

void SmokePanel::showRun()
{
    const Tokens& tokens = m_theme.tokens();
    const QSignalBlocker quiet(m_runs); // nobody chose another run
    m_runs->rows().setRows(smokeRunRows(m_presenter.runs(), m_presenter.progressText()));
    m_runs->setCurrentKey(m_presenter.running() ? u"now"_s : QString::number(m_presenter.shownIndex()));
    m_trend->setRecords(smokeTrendRecords(m_presenter.runs(), tokens));
    const Run* const run = m_presenter.shown();
    m_results->setRecords(run != nullptr ? smokeResultRecords(*run, tokens) : std::vector<Record>());
    m_members->setText(run != nullptr && !run->results.empty() ? smokeMembersText(*run) : QString());
    m_members->setVisible(!m_members->text().isEmpty());
    m_badge->setVisible(run != nullptr && smokeSimulated(*run));
    m_junit->setEnabled(run != nullptr && !m_presenter.running());
    if (m_results->rowCount() > 0 && !m_resultTable->selectionModel()->hasSelection())
        m_resultTable->selectRow(0);
    showDetail();
}

void SmokePanel::showDetail()
{
    const Run* const run = m_presenter.shown();
    const QModelIndexList rows = m_resultTable->selectionModel()->selectedRows();
    QString text;
    if (run != nullptr && !rows.isEmpty()) {
        const QString key = rows.front().data(RecordModel::KeyRole).toString();
        for (const rag::smoke::CaseResult& result : run->results) {
            if (smokeKey(result) == key)
                text = smokeDetailText(result, m_presenter.suite());
        }
    }
    if (text != m_detail->toPlainText())
        m_detail->setPlainText(text);
}

} // namespace gatehouse::ui
