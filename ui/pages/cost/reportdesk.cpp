// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/reportdesk.h"

#include "core/base/files.h"
#include "core/report/csvreport.h"
#include "core/report/xlsxreport.h"
#include "core/settings/profile.h"
#include "core/usage/ledger/costwords.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>

#include <algorithm>
#include <array>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString ending(ReportFormat format)
{
    static constexpr std::array<const char*, 3> Endings = {"pdf", "xlsx", "csv"};
    return QString::fromLatin1(Endings.at(static_cast<std::size_t>(format)));
}

Result<std::string> bytesOf(const report::Report& report, ReportFormat format)
{
    switch (format) {
    case ReportFormat::Xlsx:
        return report::xlsxReport(report);
    case ReportFormat::Csv:
        return report::csvReport(report);
    case ReportFormat::Pdf:
        break;
    }
    return report::pdfReport(report);
}

/// As a shell takes it for one word.
QString word(const std::string& text)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9_./:=@+-]+$"_s);
    QString quoted = QString::fromStdString(text);
    if (plain.match(quoted).hasMatch())
        return quoted;
    return u'\'' + quoted.replace(u'\'', u"'\\''"_s) + u'\'';
}

/// Empty for days that only a date names.
std::optional<cost::ReportPeriod> periodOf(CostPeriod period)
{
    using cost::ReportPeriod;
    switch (period) {
    case CostPeriod::ThisMonth:
        return ReportPeriod::ThisMonth;
    case CostPeriod::LastMonth:
        return ReportPeriod::LastMonth;
    case CostPeriod::Days7:
        return ReportPeriod::Days7;
    case CostPeriod::Days30:
        return ReportPeriod::Days30;
    case CostPeriod::Days90:
        return ReportPeriod::Days90;
    case CostPeriod::Year:
        return ReportPeriod::Months12;
    case CostPeriod::Custom:
        break;
    }
    return std::nullopt;
}

} // namespace

cost::DayRange reportDays(CostPeriod period, const cost::DayRange& custom, cost::Day today)
{
    const auto named = periodOf(period);
    return named ? cost::daysOf(*named, today) : custom;
}

ReportDesk::ReportDesk(CostPresenter& presenter, QObject* parent)
    : QObject(parent)
    , m_presenter(presenter)
    , m_writer(bytesOf)
{
    connect(&presenter, &PagePresenter::changed, this, &ReportDesk::look);
}

ReportDesk::~ReportDesk()
{
    m_asking.request_stop();
    m_saving.request_stop();
}

bool ReportDesk::working() const
{
    return m_state.phase == ReportState::Phase::Asking || m_drawing;
}

void ReportDesk::setActive(bool active)
{
    m_active = active;
    look();
}

void ReportDesk::makeAgain()
{
    m_asked.reset();
    look();
}

bool ReportDesk::isAsked(const Asked& asked) const
{
    return m_asked && m_asked->priceVersion == asked.priceVersion && m_asked->today == asked.today &&
           m_asked->question.by == asked.question.by && m_asked->question.step == asked.question.step &&
           m_asked->question.range == asked.question.range &&
           m_asked->question.filters == asked.question.filters;
}

void ReportDesk::look()
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    if (m_presenter.service() == nullptr) {
        m_asking.request_stop();
        ++m_generation;
        m_asked.reset();
        cancelSaving();
        m_state = {};
        Q_EMIT changed();
        return;
    }
    // Before the first reading there is nothing to report.
    if (!m_active || !state->view)
        return;
    Asked asked{state->question, state->view->priceVersion, m_presenter.service()->today()};
    asked.question.fresh = false;
    asked.question.range = reportDays(state->period, state->question.range, asked.today);
    if (!isAsked(asked))
        ask(std::move(asked));
}

void ReportDesk::ask(Asked asked)
{
    m_asking.request_stop();
    m_asking = {};
    m_asked = std::move(asked);
    m_state.phase = ReportState::Phase::Asking;
    m_state.error.reset();
    m_state.saved.clear();
    m_state.saveError.reset();
    Q_EMIT changed();
    m_presenter.service()
        ->report(m_asked->question, std::nullopt, m_asking.get_token())
        .then(this, [this, generation =
                               ++m_generation](const Result<std::shared_ptr<const report::Report>>& report) {
            if (generation == m_generation)
                take(report);
        });
}

void ReportDesk::take(const Result<std::shared_ptr<const report::Report>>& report)
{
    if (!report) {
        m_state.phase = ReportState::Phase::Failed;
        m_state.error = report.error();
        m_state.report.reset();
        m_state.preview.reset();
    } else {
        m_state.phase = ReportState::Phase::Ready;
        m_state.report = *report;
        draw();
    }
    Q_EMIT changed();
}

void ReportDesk::showSheet(std::size_t sheet)
{
    m_sheet = sheet;
    draw();
}

void ReportDesk::setResolution(double dotsPerInch)
{
    const double wanted = std::clamp(dotsPerInch, 20.0, 400.0);
    if (wanted == m_resolution)
        return;
    m_resolution = wanted;
    draw();
}

void ReportDesk::draw()
{
    if (!m_state.report)
        return;
    m_drawAgain = m_drawing;
    if (m_drawing)
        return;
    m_drawing = true;
    QtConcurrent::run([report = m_state.report, sheet = m_sheet, resolution = m_resolution] {
        return report::previewOf(*report, sheet, resolution);
    }).then(this, [this, drawn = m_state.report](const Result<report::Preview>& preview) {
        m_drawing = false;
        if (drawn == m_state.report) {
            m_state.previewError = preview ? std::nullopt : std::optional<Error>(preview.error());
            m_state.preview = preview ? std::optional<report::Preview>(*preview) : std::nullopt;
            if (preview)
                m_sheet = std::min(m_sheet, preview->sheet);
        }
        if (m_drawAgain)
            draw();
        Q_EMIT changed();
    });
}

void ReportDesk::save(ReportFormat format, const QString& path)
{
    if (!m_state.report || m_state.saving || path.isEmpty())
        return;
    m_state.saving = format;
    m_state.saved.clear();
    m_state.saveError.reset();
    m_saving = {};
    Q_EMIT changed();
    QtConcurrent::run([report = m_state.report, format, file = path.toStdString(), writer = m_writer,
                       stop = m_saving.get_token()]() -> Status {
        const auto bytes = writer(*report, format);
        if (!bytes)
            return fail(bytes.error());
        // Others may read what is handed out, as what a nightly job writes.
        return stop.stop_requested() ? Status() : atomicWrite(file, *bytes, 0644);
    }).then(this, [this, path, save = ++m_saves](const Status& written) {
        if (save != m_saves)
            return;
        m_state.saving.reset();
        if (written)
            m_state.saved = path;
        else
            m_state.saveError = written.error();
        Q_EMIT changed();
    });
}

void ReportDesk::cancelSaving()
{
    if (!m_state.saving)
        return;
    m_saving.request_stop();
    ++m_saves;
    m_state.saving.reset();
    Q_EMIT changed();
}

QString ReportDesk::fileName(ReportFormat format) const
{
    QString name = u"gatehouse-spend"_s;
    if (m_state.report)
        name += u'-' + QString::fromStdString(cost::dayText(m_state.report->period.first) + "-" +
                                              cost::dayText(m_state.report->period.last));
    return name + u'.' + ending(format);
}

QString ReportDesk::commandLine(ReportFormat format) const
{
    if (!m_state.report || !m_asked)
        return {};
    const jobs::CostQuestion& question = m_asked->question;
    const std::string& profile = m_state.report->company;
    QStringList words{u"gatehouse-cli"_s};
    if (profile == settings::LocalProfileName)
        words << u"--local"_s;
    else if (!profile.empty())
        words << u"--profile"_s << word(profile);
    words << u"report"_s << u"--out"_s << u"spend."_s + ending(format);
    const auto period = periodOf(m_presenter.state()->period);
    if (!period)
        words << u"--timespan"_s
              << word(cost::dayText(question.range.first) + "/" + cost::dayText(question.range.end));
    else if (*period != cost::ReportPeriod::ThisMonth)
        words << u"--of"_s << word(cost::wordOf(*period));
    if (question.by != cost::CostDimension::Service)
        words << u"--by"_s << word(cost::wordOf(question.by));
    if (question.step != cost::Step::Daily)
        words << u"--period"_s << word(cost::wordOf(question.step));
    for (const cost::CostFilter& filter : question.filters)
        words << u"--filter"_s << word(cost::wordOf(filter));
    return words.join(u' ');
}

} // namespace gatehouse::ui
