// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/activitypage.h"

#include "core/base/files.h"
#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/activity/activityrecords.h"
#include "ui/pages/activity/entrydetail.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

ActivityPage::ActivityPage(Theme& theme, ActivityPresenter& presenter)
    : Page(theme, presenter, u"activity"_s, tr("Activity"))
    , m_theme(theme)
    , m_presenter(presenter)
    , m_unfinishedText(new ElidedLabel)
    , m_resume(new QPushButton(tr("Resume")))
    , m_rollBack(new QPushButton(tr("Roll back")))
    , m_finishNotice(new NoticeBar(theme, u"activityFinishNotice"_s))
    , m_verdict(makeLabel(u"activityVerdict"_s, "muted"))
    , m_verify(new QPushButton(tr("Verify")))
    , m_filter(new QLineEdit)
    , m_model(new RecordModel(activityColumns(), this))
    , m_table(new TableView(theme, *m_model, u"activityTable"_s, tr("Changes")))
    , m_detail(new EntryDetail(theme))
{
    m_unfinished = buildUnfinished();
    QFrame* const panel = makePanel(u"activityTablePanel"_s, tr("Changes"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_table);
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_unfinished);
    column->addWidget(m_finishNotice);
    column->addWidget(buildTools());
    column->addWidget(panel, 2);
    column->addWidget(m_detail, 3);
    m_table->setEmptyText(tr("No change fits the filter"));
    m_table->sortByColumn(1, Qt::DescendingOrder);

    connect(&presenter, &PagePresenter::changed, this, &ActivityPage::showState);
    connect(&presenter, &ActivityPresenter::permissionsChanged, this, &ActivityPage::showPermissions);
    connect(&theme, &Theme::changed, this, &ActivityPage::showState);
    connect(m_table, &TableView::summaryChanged, this, &Page::summaryChanged);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid())
                    m_presenter.select(current.data(RecordModel::KeyRole).toLongLong());
            });
    connect(m_detail, &EntryDetail::undoRequested, &presenter, &ActivityPresenter::undo);
    connect(m_detail, &EntryDetail::told, this, &Page::told);
    showState();
}

QWidget* ActivityPage::buildUnfinished()
{
    auto* const bar = new QFrame;
    bar->setProperty("notice", u"warn"_s);
    nameWidget(bar, u"activityUnfinished"_s, tr("A change that was not finished"));
    m_unfinishedText->setObjectName(u"activityUnfinishedText"_s);
    nameWidget(m_resume, u"activityResume"_s, tr("Resume the unfinished change"));
    nameWidget(m_rollBack, u"activityRollBack"_s, tr("Roll the unfinished change back"));
    auto* const row = new QHBoxLayout(bar);
    row->setContentsMargins(metric::Space3, metric::Space1, metric::Space1, metric::Space1);
    row->setSpacing(metric::Space2);
    row->addWidget(m_unfinishedText, 1);
    row->addWidget(m_resume);
    row->addWidget(m_rollBack);
    const auto finish = [this](void (ActivityPresenter::*how)(std::int64_t)) {
        const auto state = m_presenter.state();
        if (!state->unfinished.empty())
            (m_presenter.*how)(state->unfinished.front().number);
    };
    connect(m_resume, &QPushButton::clicked, this, [finish] { finish(&ActivityPresenter::resume); });
    connect(m_rollBack, &QPushButton::clicked, this, [finish] { finish(&ActivityPresenter::rollBack); });
    bar->hide();
    return bar;
}

QWidget* ActivityPage::buildTools()
{
    nameWidget(m_verify, u"activityVerify"_s, tr("Verify the chain of the journal"));
    nameWidget(m_filter, u"activityFilter"_s, tr("Filter the table"));
    m_filter->setPlaceholderText(tr("Filter rows, ! to hide"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(260);
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, u"activityCopy"_s, tr("Copy the table"));
    auto* const menu = new QMenu(copy);
    nameWidget(menu, u"activityCopyMenu"_s, tr("Copy the table"));
    menu->addAction(tr("As CSV"), this, [this] { copyAs(TextFormat::Csv, tr("Copied as CSV")); });
    menu->addAction(tr("As JSON"), this, [this] { copyAs(TextFormat::Json, tr("Copied as JSON")); });
    menu->addAction(tr("As Markdown"), this,
                    [this] { copyAs(TextFormat::Markdown, tr("Copied as Markdown")); });
    copy->setMenu(menu);
    auto* const save = new QPushButton(tr("Export CSV"));
    nameWidget(save, u"activityExport"_s, tr("Export the table as CSV"));
    const auto restyle = [this, copy, save] {
        m_verify->setIcon(m_theme.icon(u"check"_s));
        copy->setIcon(m_theme.icon(u"copy"_s));
        save->setIcon(m_theme.icon(u"download"_s));
    };
    restyle();
    connect(&m_theme, &Theme::changed, copy, restyle);
    auto* const tools = new QWidget;
    nameWidget(tools, u"activityTools"_s, tr("Tools"));
    auto* const row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_verify);
    row->addWidget(m_verdict);
    row->addStretch(1);
    row->addWidget(m_filter, 2);
    row->addWidget(copy);
    row->addWidget(save);
    connect(m_verify, &QPushButton::clicked, &m_presenter, &ActivityPresenter::verify);
    connect(m_filter, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_table->proxy().setFilterText(text); });
    connect(save, &QPushButton::clicked, this, &ActivityPage::askExportPath);
    return tools;
}

QWidget* ActivityPage::filterField()
{
    return m_filter;
}

std::vector<Command> ActivityPage::commands()
{
    std::vector<Command> all{{tr("Activity"), tr("Verify the journal"), {}, [this] {
                                  Q_EMIT pageRequested();
                                  m_presenter.verify();
                              }}};
    if (m_presenter.whyNoUndo().isEmpty())
        all.push_back({tr("Activity"), tr("Undo the chosen change"), {}, [this] {
                           Q_EMIT pageRequested();
                           m_presenter.undo();
                       }});
    return all;
}

void ActivityPage::describeEmpty(QString& title, QString& text) const
{
    if (m_presenter.state()->hasJournal) {
        title = tr("Nothing was changed yet");
        text =
            tr("Every change that is made from this computer appears here: who, when, what was there before "
               "and after, and what it did to the traffic. From here it can be taken back.");
    } else {
        title = tr("Nothing to change here");
        text = tr("This profile names no API Management service. Choose one in the profile to change limits, "
                  "routes and backends.");
    }
}

void ActivityPage::showState()
{
    const std::shared_ptr<const ActivityState> state = m_presenter.state();
    showStatus(state->status);
    if (!state->status.showsData())
        return;
    m_model->setRecords(activityRecords(state->entries, m_theme.tokens()));
    selectRow(state->selected);
    m_detail->setState(*state);
    showUnfinished(*state);
    showVerdict(*state);
    showPermissions();
}

void ActivityPage::showUnfinished(const ActivityState& state)
{
    m_unfinished->setVisible(!state.unfinished.empty());
    if (state.finishError)
        m_finishNotice->show(NoticeBar::Weight::Bad,
                             tr("This was not finished: %1").arg(fromText(state.finishError->message)),
                             state.finishError);
    else
        m_finishNotice->show(NoticeBar::Weight::Info, {});
    if (state.unfinished.empty())
        return;
    const jobs::JournalEntry& entry = state.unfinished.front();
    const auto done =
        std::ranges::count(entry.steps, jobs::JournalStep::Outcome::Done, &jobs::JournalStep::outcome);
    QString text = tr("▲ Entry %1, “%2”, was begun and not ended: %3 of %4 steps are done.")
                       .arg(entry.number)
                       .arg(fromText(entry.title))
                       .arg(done)
                       .arg(entry.steps.size());
    if (state.unfinished.size() > 1)
        text += tr(" %n more after it.", nullptr, static_cast<int>(state.unfinished.size()) - 1);
    m_unfinishedText->setFullText(text);
}

void ActivityPage::showVerdict(const ActivityState& state)
{
    m_verify->setEnabled(!state.verifying);
    if (state.verifying) {
        setRole(m_verdict, "muted");
        m_verdict->setText(tr("Verifying…"));
    } else if (state.verifyError) {
        setRole(m_verdict, "warn");
        m_verdict->setText(tr("– Not verified: %1").arg(fromText(state.verifyError->message)));
    } else if (!state.verdict) {
        m_verdict->clear();
    } else if (state.verdict->holds) {
        setRole(m_verdict, "muted");
        m_verdict->setText(tr("● The chain of %1 entries holds").arg(state.verdict->entries));
    } else {
        setRole(m_verdict, "bad");
        m_verdict->setText(tr("▲ Entry %1 was changed after it was written").arg(state.verdict->firstBroken));
    }
    setPlainToolTip(m_verdict, state.verdict ? fromText(state.verdict->sentence) : QString());
}

void ActivityPage::showPermissions()
{
    m_detail->setWhyNoUndo(m_presenter.whyNoUndo());
    const QString why = m_presenter.whyNoFinish();
    for (QPushButton* const button : {m_resume, m_rollBack}) {
        button->setEnabled(why.isEmpty());
        setPlainToolTip(button, why);
        button->setAccessibleDescription(why);
    }
}

void ActivityPage::selectRow(std::int64_t number)
{
    if (m_table->currentIndex().data(RecordModel::KeyRole).toLongLong() == number)
        return;
    const QString key = QString::number(number);
    const QAbstractItemModel* const rows = m_table->model();
    for (int row = 0; row < rows->rowCount(); ++row) {
        if (rows->index(row, 0).data(RecordModel::KeyRole).toString() == key)
            m_table->setCurrentIndex(rows->index(row, 0));
    }
}

void ActivityPage::copyAs(TextFormat format, const QString& said)
{
    m_table->copyAs(format);
    Q_EMIT told(said);
}

void ActivityPage::askExportPath()
{
    auto* const dialog =
        new QFileDialog(window(), tr("Export as CSV"), QDir::homePath(), tr("CSV files (*.csv)"));
    nameWidget(dialog, u"activityExportDialog"_s, tr("Export as CSV"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"activity.csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { Q_EMIT told(exportTo(path)); });
    dialog->open();
}

QString ActivityPage::exportTo(const QString& path)
{
    // The mark tells spreadsheets that the text is UTF-8.
    const std::string bytes = "\xEF\xBB\xBF" + exportText(m_table->proxy(), TextFormat::Csv).toStdString();
    const Status done = atomicWrite(QDir::toNativeSeparators(path).toStdString(), bytes, 0644);
    if (!done)
        return tr("Not exported: %1 %2").arg(fromText(done.error().message), fromText(done.error().advice));
    return tr("Exported %n rows to %1", nullptr, m_table->proxy().rowCount()).arg(QFileInfo(path).fileName());
}

} // namespace gatehouse::ui
