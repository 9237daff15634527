// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/pdfreport.h"
#include "ui/pages/cost/costpresenter.h"

#include <functional>
#include <stop_token>

namespace gatehouse::ui {

enum class ReportFormat { Pdf, Xlsx, Csv };

/// What the Reports view shows.
struct ReportState
{
    enum class Phase { None, Asking, Ready, Failed };
    Phase phase = Phase::None;
    std::optional<Error> error;                   ///< Failed
    std::shared_ptr<const report::Report> report; ///< the last one; stays while the next is asked for
    std::optional<report::Preview> preview;       ///< of report
    std::optional<Error> previewError;
    std::optional<ReportFormat> saving; ///< on its way to the disk
    QString saved;                      ///< the file that was written last
    std::optional<Error> saveError;     ///< of the last file; it is as it was
};

/// The days that a report of the page's period has: whole ones, until yesterday.
[[nodiscard]] cost::DayRange reportDays(CostPeriod period, const cost::DayRange& custom, cost::Day today);

/// Asks for the report of what the Cost page shows, draws its sheets and writes it into files, both in other
/// threads. What is saved is what is shown. Asks only while it is on screen. No widgets. Main thread; the
/// presenter outlives it.
class ReportDesk : public QObject
{
    Q_OBJECT
public:
    using Writer = std::function<Result<std::string>(const report::Report&, ReportFormat)>;

    explicit ReportDesk(CostPresenter& presenter, QObject* parent = nullptr);
    ~ReportDesk() override;

    [[nodiscard]] const ReportState& state() const { return m_state; }
    [[nodiscard]] CostPresenter& presenter() const { return m_presenter; }
    /// A report or a sheet of it is on its way to the screen.
    [[nodiscard]] bool working() const;

    void setActive(bool active);
    /// Asks again, since rows come late.
    void makeAgain();
    /// From 0; the last one where there are not so many.
    void showSheet(std::size_t sheet);
    /// Of the preview, 20 to 400.
    void setResolution(double dotsPerInch);

    /// Of the report that is shown; one file at a time.
    void save(ReportFormat format, const QString& path);
    /// The file stays as it was.
    void cancelSaving();

    /// "gatehouse-spend-2026-11-01-2026-11-25.pdf"
    [[nodiscard]] QString fileName(ReportFormat format) const;
    /// What makes the same report every night; "" without a report.
    [[nodiscard]] QString commandLine(ReportFormat format) const;

    /// For tests: another way to write.
    void setWriter(Writer writer) { m_writer = std::move(writer); }

Q_SIGNALS:
    void changed();

private:
    /// What a report was asked for; another one means another report.
    struct Asked
    {
        jobs::CostQuestion question;
        int priceVersion = 0;
        cost::Day today;
    };

    void look();
    void ask(Asked asked);
    void take(const Result<std::shared_ptr<const report::Report>>& report);
    void draw();
    [[nodiscard]] bool isAsked(const Asked& asked) const;

    CostPresenter& m_presenter;
    ReportState m_state;
    bool m_active = false;
    std::optional<Asked> m_asked;
    quint64 m_generation = 0;
    std::stop_source m_asking;
    std::size_t m_sheet = 0;
    double m_resolution = 96;
    bool m_drawing = false;
    bool m_drawAgain = false;
    std::stop_source m_saving;
    quint64 m_saves = 0;
    Writer m_writer;
};

} // namespace gatehouse::ui
