// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/reportpanel.h"

#include "core/report/shown.h"
#include "core/usage/ledger/costwords.h"
#include "ui/models/format.h"
#include "ui/pages/cost/reportsheet.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/stateview.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using cost::CostDimension;

namespace {

constexpr int SideWidth = 336;
constexpr int CommandHeight = 64; ///< two to three lines

/// In the order of CostPeriod.
QStringList periodNames()
{
    return {ReportPanel::tr("This month"),   ReportPanel::tr("Last month"),   ReportPanel::tr("Last 7 days"),
            ReportPanel::tr("Last 30 days"), ReportPanel::tr("Last 90 days"), ReportPanel::tr("12 months"),
            ReportPanel::tr("Chosen days")};
}

/// In the order of CostDimension.
QStringList groupingNames()
{
    return {ReportPanel::tr("By service"),     ReportPanel::tr("By team"),
            ReportPanel::tr("By owner"),       ReportPanel::tr("By cost centre"),
            ReportPanel::tr("By environment"), ReportPanel::tr("By application"),
            ReportPanel::tr("By feature"),     ReportPanel::tr("By model"),
            ReportPanel::tr("By backend"),     ReportPanel::tr("By region")};
}

QString filterText(const cost::CostFilter& filter)
{
    const std::string value =
        filter.kind == cost::RowKind::Value ? filter.value : std::string(cost::labelOf(filter.kind));
    return fromText(std::string(cost::toString(filter.dimension)) + ": " + value);
}

QString chosenFile(QWidget* parent, const QString& title, const QString& suggested)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileDialog::getSaveFileName(parent, title, QDir(folder).filePath(suggested),
                                        u"*."_s + QFileInfo(suggested).suffix());
}

QLabel* wrapped(const QString& objectName, const char* role)
{
    QLabel* const label = makeLabel(objectName, role);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString lines(const std::vector<std::string>& texts, const QString& before = {})
{
    QStringList all;
    for (const std::string& text : texts)
        all << before + fromText(report::plainText(text));
    return all.join(u'\n');
}

} // namespace

ReportPanel::ReportPanel(const Theme& theme, CostPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_desk(presenter)
    , m_choose(chosenFile)
    , m_notice(new NoticeBar(theme, u"reportNotice"_s))
    , m_state(new StateView(theme, u"reportState"_s))
{
    nameWidget(this, u"reportPanel"_s, tr("Reports"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space3);
    row->addWidget(buildPreview(), 1);
    row->addWidget(buildSide());
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(buildTools());
    column->addWidget(m_notice);
    column->addLayout(row, 1);

    connect(&m_desk, &ReportDesk::changed, this, &ReportPanel::showState);
    connect(&presenter, &PagePresenter::changed, this, &ReportPanel::showChoices);
    connect(m_state, &StateView::actionRequested, &m_desk, &ReportDesk::makeAgain);
    connect(m_sheet, &ReportSheet::resolutionWanted, &m_desk, &ReportDesk::setResolution);
    showChoices();
    showState();
}

QWidget* ReportPanel::buildTools()
{
    auto* const tools = new QWidget;
    nameWidget(tools, u"reportTools"_s, tr("What is reported"));
    m_period = new QComboBox;
    nameWidget(m_period, u"reportPeriod"_s, tr("Period"));
    m_period->addItems(periodNames());
    m_grouping = new QComboBox;
    nameWidget(m_grouping, u"reportGrouping"_s, tr("Grouping that comes first"));
    m_grouping->addItems(groupingNames());
    m_step = new Segments(u"reportStep"_s, tr("Bars of the chart"), {tr("Day"), tr("Week"), tr("Month")});
    m_filters = new QHBoxLayout;
    m_filters->setSpacing(metric::Space2);
    auto* const again = new QPushButton(tr("Make again"));
    nameWidget(again, u"reportAgain"_s, tr("Make the report again"));
    setPlainToolTip(again, tr("Rows come late: asks the ledger once more"));
    auto* const row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_period);
    row->addWidget(m_grouping);
    row->addWidget(m_step);
    row->addLayout(m_filters);
    row->addStretch(1);
    row->addWidget(again);
    connect(again, &QPushButton::clicked, &m_desk, &ReportDesk::makeAgain);
    connect(m_period, &QComboBox::activated, this, [this](int index) {
        m_presenter.setPeriod(static_cast<CostPeriod>(index));
        showChoices();
    });
    connect(m_grouping, &QComboBox::activated, this,
            [this](int index) { m_presenter.setDimension(static_cast<CostDimension>(index)); });
    connect(m_step, &Segments::chosen, this,
            [this](int index) { m_presenter.setStep(static_cast<cost::Step>(index)); });
    return tools;
}

QWidget* ReportPanel::buildPreview()
{
    auto* const place = new QWidget;
    nameWidget(place, u"reportPlace"_s, tr("Preview"));
    m_sheet = new ReportSheet(m_theme);
    m_scroll = new QScrollArea;
    nameWidget(m_scroll, u"reportScroll"_s, tr("Preview of the report"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Always there, so that the sheet's width does not depend on its own height.
    m_scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    m_scroll->setWidgetResizable(true);
    auto* const inner = new QWidget;
    nameWidget(inner, u"reportPaper"_s, tr("Preview of the report"));
    auto* const paper = new QHBoxLayout(inner);
    paper->setContentsMargins(0, 0, metric::Space2, 0);
    paper->addWidget(m_sheet, 1, Qt::AlignTop);
    m_scroll->setWidget(inner);

    const auto turn = [this](const QString& name, const QString& text, const QString& accessible, int by) {
        auto* const button = new QPushButton(text);
        nameWidget(button, name, accessible);
        button->setProperty("kind", u"quiet"_s);
        connect(button, &QPushButton::clicked, this, [this, by] {
            if (const auto& preview = m_desk.state().preview; preview && (by > 0 || preview->sheet > 0))
                m_desk.showSheet(preview->sheet + static_cast<std::size_t>(by));
            m_scroll->verticalScrollBar()->setValue(0);
        });
        return button;
    };
    m_back = turn(u"reportBack"_s, tr("‹ Page before"), tr("Page before"), -1);
    m_next = turn(u"reportNext"_s, tr("Next page ›"), tr("Next page"), 1);
    m_page = makeLabel(u"reportPage"_s, "caption");
    auto* const foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(m_back);
    foot->addWidget(m_page);
    foot->addWidget(m_next);
    foot->addStretch(1);
    auto* const shown = new QWidget;
    nameWidget(shown, u"reportShown"_s, tr("Preview"));
    auto* const column = new QVBoxLayout(shown);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space1);
    column->addWidget(m_scroll, 1);
    column->addLayout(foot);
    m_place = new QStackedLayout(place);
    m_place->addWidget(shown);
    m_place->addWidget(m_state);
    return place;
}

QPushButton* ReportPanel::saveButton(ReportFormat format, const QString& name, const QString& text)
{
    auto* const button = new QPushButton(text);
    nameWidget(button, name, text);
    if (format == ReportFormat::Pdf)
        button->setProperty("kind", u"primary"_s);
    connect(button, &QPushButton::clicked, this, [this, format] { save(format); });
    m_saves.push_back(button);
    return button;
}

QWidget* ReportPanel::buildFiles()
{
    auto* const files = new QWidget;
    nameWidget(files, u"reportFiles"_s, tr("Files"));
    m_progress = new QProgressBar;
    nameWidget(m_progress, u"reportProgress"_s, tr("The file is being written"));
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_cancel = new QPushButton(tr("Cancel"));
    nameWidget(m_cancel, u"reportCancel"_s, tr("Cancel the file"));
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_result->setText(tr("Cancelled: no file was changed."));
        m_desk.cancelSaving();
    });
    m_result = wrapped(u"reportResult"_s, "caption");
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space2);
    row->addWidget(saveButton(ReportFormat::Pdf, u"reportSavePdf"_s, tr("Save PDF…")));
    row->addWidget(saveButton(ReportFormat::Xlsx, u"reportSaveXlsx"_s, tr("Save XLSX…")));
    row->addWidget(saveButton(ReportFormat::Csv, u"reportSaveCsv"_s, tr("Save CSV…")));
    row->addStretch(1);
    auto* const progress = new QHBoxLayout;
    progress->setSpacing(metric::Space2);
    progress->addWidget(m_progress, 1);
    progress->addWidget(m_cancel);
    auto* const column = new QVBoxLayout(files);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addLayout(row);
    column->addLayout(progress);
    column->addWidget(m_result);
    return files;
}

QWidget* ReportPanel::buildNightly()
{
    auto* const nightly = new QWidget;
    nameWidget(nightly, u"reportNightly"_s, tr("For a nightly job"));
    m_command = new QPlainTextEdit;
    nameWidget(m_command, u"reportCommand"_s, tr("Command that makes the same report"));
    m_command->setReadOnly(true);
    m_command->setTabChangesFocus(true);
    m_command->setFixedHeight(CommandHeight);
    m_copy = new QPushButton(tr("Copy"));
    nameWidget(m_copy, u"reportCopy"_s, tr("Copy the command"));
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_command->toPlainText());
        Q_EMIT told(tr("The command is copied"));
    });
    auto* const row = new QHBoxLayout;
    row->setSpacing(metric::Space2);
    row->addWidget(m_command, 1);
    row->addWidget(m_copy);
    auto* const column = new QVBoxLayout(nightly);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space1);
    column->addWidget(makeLabel(u"reportNightlyTitle"_s, "captionStrong", tr("For a nightly job")));
    column->addLayout(row);
    QLabel* const about = wrapped(u"reportNightlyAbout"_s, "caption");
    about->setText(tr("Another ending writes .xlsx or .csv. With --as-of the same data is the same bytes."));
    column->addWidget(about);
    return nightly;
}

QWidget* ReportPanel::buildSide()
{
    QFrame* const side = makePanel(u"reportSide"_s, tr("About the report"));
    side->setFixedWidth(SideWidth);
    m_days = wrapped(u"reportDays"_s, "strong");
    m_asOf = wrapped(u"reportAsOf"_s, "caption");
    m_notes = wrapped(u"reportNotes"_s, "warn");
    m_contents = wrapped(u"reportContents"_s, "caption");
    m_sources = wrapped(u"reportSources"_s, "caption");
    m_definitions = wrapped(u"reportDefinitions"_s, "caption");
    auto* const about = new QWidget;
    nameWidget(about, u"reportAbout"_s, tr("What the report stands on"));
    auto* const texts = new QVBoxLayout(about);
    texts->setContentsMargins(0, 0, metric::Space2, 0);
    texts->setSpacing(metric::Space1);
    texts->addWidget(m_notes);
    texts->addSpacing(metric::Space2);
    texts->addWidget(makeLabel(u"reportContentsTitle"_s, "captionStrong", tr("In it")));
    texts->addWidget(m_contents);
    texts->addSpacing(metric::Space2);
    texts->addWidget(makeLabel(u"reportSourcesTitle"_s, "captionStrong", tr("Sources")));
    texts->addWidget(m_sources);
    texts->addSpacing(metric::Space2);
    texts->addWidget(makeLabel(u"reportDefinitionsTitle"_s, "captionStrong", tr("Definitions")));
    texts->addWidget(m_definitions);
    texts->addStretch(1);
    auto* const scroll = new QScrollArea;
    nameWidget(scroll, u"reportAboutScroll"_s, tr("What the report stands on"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(about);
    // The panel's surface, not the window's.
    scroll->viewport()->setAutoFillBackground(false);
    about->setAutoFillBackground(false);
    auto* const column = new QVBoxLayout(side);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    column->setSpacing(metric::Space2);
    column->addWidget(m_days);
    column->addWidget(m_asOf);
    column->addWidget(buildFiles());
    column->addWidget(scroll, 1);
    column->addWidget(buildNightly());
    return side;
}

void ReportPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_desk.setActive(true);
}

void ReportPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_desk.setActive(false);
}

void ReportPanel::save(ReportFormat format)
{
    const QString path = m_choose(this, tr("Save the report"), m_desk.fileName(format));
    if (!path.isEmpty())
        m_desk.save(format, path);
}

void ReportPanel::showChoices()
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    m_period->setCurrentIndex(static_cast<int>(state->period));
    m_grouping->setCurrentIndex(static_cast<int>(state->question.by));
    m_step->setCurrent(static_cast<int>(state->question.step));
    showFilters(*state);
}

void ReportPanel::showFilters(const CostState& state)
{
    if (m_shownFilters == state.question.filters)
        return;
    m_shownFilters = state.question.filters;
    while (QLayoutItem* const item = m_filters->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    int number = 0;
    for (const cost::CostFilter& filter : m_shownFilters) {
        auto* const chip = new QPushButton(filterText(filter) + u"  ×"_s);
        nameWidget(chip, u"reportFilter%1"_s.arg(number++),
                   tr("Take the filter away: %1").arg(filterText(filter)));
        chip->setProperty("kind", u"chip"_s);
        // Later, since the chip itself is taken away by it.
        connect(
            chip, &QPushButton::clicked, &m_presenter, [this, filter] { m_presenter.toggleFilter(filter); },
            Qt::QueuedConnection);
        m_filters->addWidget(chip);
    }
}

void ReportPanel::showState()
{
    const ReportState& state = m_desk.state();
    if (state.report)
        showAbout(*state.report);
    const QString command = m_desk.commandLine(ReportFormat::Pdf);
    if (command != m_command->toPlainText())
        m_command->setPlainText(command);
    m_copy->setEnabled(!command.isEmpty());
    if (state.previewError)
        m_notice->show(NoticeBar::Weight::Warning,
                       tr("The preview could not be drawn: %1").arg(fromText(state.previewError->message)),
                       state.previewError);
    else
        m_notice->show(NoticeBar::Weight::Info, {});
    showPlace();
    showSaving();
}

void ReportPanel::showPlace()
{
    const ReportState& state = m_desk.state();
    const bool shows = state.report && state.preview;
    m_sheet->setImage(shows ? state.preview->image : QImage());
    m_back->setEnabled(shows && state.preview->sheet > 0);
    m_next->setEnabled(shows && state.preview->sheet + 1 < state.preview->sheets);
    m_page->setText(shows ? tr("Page %1 of %2").arg(state.preview->sheet + 1).arg(state.preview->sheets)
                          : QString());
    if (state.phase == ReportState::Phase::Failed) {
        StateView::Content content = StateView::forError(*state.error, tr("The report could not be made"));
        content.action = tr("Try again");
        m_state->setContent(content);
    } else if (!shows && !state.previewError) {
        StateView::Content content;
        content.title = tr("Making the report…");
        content.progress = -1;
        m_state->setContent(content);
    }
    m_place->setCurrentIndex(shows || state.previewError ? 0 : 1);
}

void ReportPanel::showAbout(const report::Report& report)
{
    m_days->setText(fromText(report::periodText(report.period)));
    m_asOf->setText(tr("Whole days · amounts in %1 · as of %2")
                        .arg(fromText(report.currency.code), fromText(report::momentText(report.asOf))));
    m_notes->setText(lines(report.notes, u"▲ "_s));
    m_notes->setVisible(!report.notes.empty());
    std::vector<std::string> contents;
    for (const report::Table& table : report.tables)
        contents.push_back(table.title);
    QString text = lines(contents);
    if (!report.pages.empty())
        text += u'\n' + tr("A page for each team: %1").arg(report.pages.size());
    if (report.rows)
        text += u'\n' + tr("%1 calls, in XLSX and CSV")
                            .arg(formatExact(static_cast<std::int64_t>(report.rows->rows.size())));
    m_contents->setText(text);
    std::vector<std::string> sources;
    for (const report::Source& source : report.sources)
        sources.push_back(source.name + ": " + source.range + (source.age.empty() ? "" : ", " + source.age));
    m_sources->setText(lines(sources));
    std::vector<std::string> definitions;
    for (const report::Definition& definition : report.definitions)
        definitions.push_back(definition.term + ": " + definition.text);
    m_definitions->setText(lines(definitions));
}

void ReportPanel::showSaving()
{
    const ReportState& state = m_desk.state();
    const bool ready = state.report && state.phase == ReportState::Phase::Ready;
    for (QPushButton* const button : m_saves)
        button->setEnabled(ready && !state.saving);
    m_progress->setVisible(state.saving.has_value());
    m_cancel->setVisible(state.saving.has_value());
    if (state.phase == ReportState::Phase::Asking)
        m_result->clear();
    else if (state.saving)
        m_result->setText(tr("Writing the file…"));
    else if (state.saveError)
        m_result->setText(fromText(state.saveError->message + " " + state.saveError->advice));
    else if (!state.saved.isEmpty())
        m_result->setText(tr("● Saved as %1").arg(QDir::toNativeSeparators(state.saved)));
    m_result->setVisible(!m_result->text().isEmpty());
    setRole(m_result, state.saving             ? "caption"
                      : state.saveError        ? "bad"
                      : !state.saved.isEmpty() ? "good"
                                               : "caption");
}

} // namespace gatehouse::ui
