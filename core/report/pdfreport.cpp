// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/pdfreport.h"

#include "core/report/chartpainter.h"
#include "core/report/pageflow.h"
#include "core/report/pdfbytes.h"
#include "core/report/shown.h"
#include "core/report/tablepainter.h"

#include <QtCore/QBuffer>
#include <QtGui/QGuiApplication>
#include <QtGui/QPdfWriter>

#include <algorithm>

namespace gatehouse::report {

namespace {

constexpr int DotsPerInch = 1200;
constexpr int DotsPerMeter = 47'244;
constexpr double TileGap = 10;
constexpr double NotesGap = 3;
constexpr double NoteRoom = 30;
constexpr double ShortTable = 0.4; ///< of a sheet's height
constexpr TextStyle BodyStyle{.size = 9};
constexpr TextStyle NoteStyle{.size = 8, .colour = palette::Muted};
constexpr TextStyle CodeStyle{.size = 6.5, .code = true}; ///< lines of 120 characters fit
constexpr TextStyle FigureLabelStyle{.size = 8, .colour = palette::Muted};

/// Draws one report on a flow of sheets, from the summary to the sources.
class Layout
{
public:
    Layout(PageFlow& flow, const Report& report)
        : m_flow(flow)
        , m_report(report)
        , m_charts(flow.canvas(), report)
        , m_measuredCharts(flow.measure(), report)
    {}

    void run()
    {
        summary();
        charts(m_report.charts);
        for (const Table& each : m_report.tables)
            table(each, true);
        pages();
        definitions();
        sources();
    }

private:
    void summary();
    void title();
    void notes();
    void figures(const std::vector<Figure>& figures, const std::vector<Table>& tables);
    double tile(Canvas& canvas, const QRectF& place, const Figure& figure, const std::vector<Table>& tables);
    void charts(const std::vector<Chart>& charts);
    void table(const Table& table, bool ownBookmark);
    void rows(const Table& table, const TablePainter& painter, double notes);
    [[nodiscard]] double notesHeight(const Table& table);
    void pages();
    void definitions();
    void sources();
    void source(const Source& source);

    PageFlow& m_flow;
    const Report& m_report;
    ChartPainter m_charts;
    ChartPainter m_measuredCharts;
};

void Layout::title()
{
    Canvas& canvas = m_flow.canvas();
    const auto put = [&](const std::string& text, const TextStyle& style, int lines) {
        m_flow.advance(canvas.text(QRectF(m_flow.at(), QSizeF(m_flow.width(), 0)), fromText(plainText(text)),
                                   style, Align::Left, lines));
    };
    put(m_report.company, {.size = 10, .colour = palette::Muted}, 2);
    put(m_report.title, {.size = 20, .bold = true}, 3);
    m_flow.advance(3);
    put(periodText(m_report.period) + " · amounts in " + m_report.currency.code + " · as of " +
            momentText(m_report.asOf),
        {.size = 9, .colour = palette::Muted}, 2);
    m_flow.advance(10);
}

void Layout::notes()
{
    for (const std::string& note : m_report.notes) {
        const TextStyle style{.size = 8.5, .bold = true};
        const QString text = QStringLiteral("▲ ") + fromText(plainText(note));
        const double height = m_flow.measure().textHeight(text, style, m_flow.width() - 16, 6) + 8;
        m_flow.need(height);
        const QRectF box(m_flow.at(), QSizeF(m_flow.width(), height));
        m_flow.canvas().fill(box, palette::Warn, 0.12);
        m_flow.canvas().fill(QRectF(box.topLeft(), QSizeF(2.5, height)), palette::Warn);
        m_flow.canvas().text(box.adjusted(10, 4, -6, 0), text, style, Align::Left, 6);
        m_flow.advance(height + 4);
    }
    if (!m_report.notes.empty())
        m_flow.advance(6);
}

double Layout::tile(Canvas& canvas, const QRectF& place, const Figure& figure,
                    const std::vector<Table>& tables)
{
    const QString text = fromText(figureText(figure, tables, m_report.currency));
    TextStyle large{.size = 17, .bold = true};
    while (large.size > 9 && m_flow.measure().textWidth(text, large) > place.width())
        large.size -= 0.5;
    double y = place.top();
    y += canvas.text(QRectF(place.left(), y, place.width(), 0), fromText(plainText(figure.label)),
                     FigureLabelStyle, Align::Left, 2);
    y += canvas.text(QRectF(place.left(), y, place.width(), 0),
                     text.isEmpty() ? fromText(unknownText()) : text, large, Align::Left, 3);
    if (!figure.note.empty())
        y += canvas.text(QRectF(place.left(), y, place.width(), 0), fromText(plainText(figure.note)),
                         FigureLabelStyle, Align::Left, 4);
    return y - place.top();
}

void Layout::figures(const std::vector<Figure>& figures, const std::vector<Table>& tables)
{
    // Four in one row, so that none is left alone in the next.
    const std::size_t perRow = figures.size() == 4 ? 4 : 3;
    const double width =
        (m_flow.width() - static_cast<double>(perRow - 1) * TileGap) / static_cast<double>(perRow);
    for (std::size_t first = 0; first < figures.size(); first += perRow) {
        const std::size_t end = std::min(first + perRow, figures.size());
        double height = 0;
        for (std::size_t i = first; i < end; ++i)
            height =
                std::max(height, tile(m_flow.measure(), QRectF(0, 0, width - 16, 0), figures[i], tables));
        height += 16;
        m_flow.need(height);
        for (std::size_t i = first; i < end; ++i) {
            const double x = m_flow.left() + static_cast<double>(i - first) * (width + TileGap);
            const QRectF box(x, m_flow.at().y(), width, height);
            m_flow.canvas().fill(box, palette::Panel);
            (void)tile(m_flow.canvas(), box.adjusted(8, 8, -8, 0), figures[i], tables);
        }
        m_flow.advance(height + TileGap);
    }
    m_flow.advance(4);
}

void Layout::summary()
{
    m_flow.bookmark("Summary", false);
    title();
    notes();
    figures(m_report.figures, m_report.tables);
    const std::string completeness =
        m_report.completeness.empty() ? "Not known." : plainText(m_report.completeness);
    m_flow.paragraph(QStringLiteral("Completeness: ") + fromText(completeness), BodyStyle);
    m_flow.advance(14);
    const bool empty = m_report.charts.empty() && m_report.tables.empty() && m_report.pages.empty();
    if (empty)
        m_flow.paragraph(
            QStringLiteral("There is no usage in this period, so there are no charts and tables."),
            BodyStyle);
}

void Layout::charts(const std::vector<Chart>& charts)
{
    for (const Chart& chart : charts) {
        m_flow.need(m_measuredCharts.paint(chart, QPointF(0, 0), m_flow.width()));
        m_flow.advance(m_charts.paint(chart, m_flow.at(), m_flow.width()) + 16);
    }
}

double Layout::notesHeight(const Table& table)
{
    double height = 0;
    for (const std::string& note : unknownNotes(table))
        height += m_flow.measure().textHeight(fromText(note), NoteStyle, m_flow.width());
    return height == 0 ? 0 : height + NotesGap;
}

void Layout::table(const Table& table, bool ownBookmark)
{
    const TablePainter painter(m_flow.measure(), table, m_report.currency, m_flow.width());
    const std::size_t count = painter.rowCount();
    const double notes = notesHeight(table);
    double first = painter.headHeight() + (table.note.empty() ? 0 : NoteRoom);
    double whole = first + notes;
    for (std::size_t row = 0; row < count; ++row) {
        first += row < 2 ? painter.rowHeight(row) : 0;
        whole += painter.rowHeight(row);
    }
    // What is short is read in one piece.
    m_flow.heading(table.title, 10.5, whole < m_flow.sheetHeight() * ShortTable ? whole : first);
    if (ownBookmark)
        m_flow.bookmark(table.title, false);
    if (!table.note.empty()) {
        m_flow.paragraph(fromText(plainText(table.note)), NoteStyle);
        m_flow.advance(4);
    }
    rows(table, painter, notes);
    if (table.rows.empty())
        m_flow.paragraph(QStringLiteral("No rows in this period."), NoteStyle, 5);
    m_flow.advance(NotesGap);
    for (const std::string& note : unknownNotes(table))
        m_flow.paragraph(fromText(note), NoteStyle);
    m_flow.advance(16);
}

/// The total never stands alone on a sheet, nor the notes without it.
void Layout::rows(const Table& table, const TablePainter& painter, double notes)
{
    const std::size_t count = painter.rowCount();
    painter.drawHead(m_flow.canvas(), m_flow.at());
    m_flow.advance(painter.headHeight());
    for (std::size_t row = 0; row < count; ++row) {
        const double height = painter.rowHeight(row);
        double room = height;
        if (table.total && row + 2 == count)
            room += painter.rowHeight(row + 1) + notes;
        else if (row + 1 == count)
            room += notes;
        if (!m_flow.fits(room)) {
            m_flow.newSheet();
            const QString more = fromText(plainText(table.title)) + QStringLiteral(" (continued)");
            m_flow.advance(4 + m_flow.canvas().text(QRectF(m_flow.at(), QSizeF(m_flow.width(), 0)), more,
                                                    FigureLabelStyle, Align::Left, 1));
            painter.drawHead(m_flow.canvas(), m_flow.at());
            m_flow.advance(painter.headHeight());
        }
        painter.drawRow(m_flow.canvas(), row, m_flow.at());
        m_flow.advance(height);
    }
}

void Layout::pages()
{
    bool first = true;
    for (const Page& page : m_report.pages) {
        m_flow.newSheet();
        if (first)
            m_flow.bookmark("Pages", false);
        first = false;
        m_flow.bookmark(plainName(page.title), true);
        m_flow.heading(plainName(page.title), 16, 60);
        if (!page.note.empty()) {
            m_flow.paragraph(fromText(plainText(page.note)), BodyStyle);
            m_flow.advance(8);
        }
        figures(page.figures, page.tables);
        charts(page.charts);
        for (const Table& each : page.tables)
            table(each, false);
    }
}

void Layout::definitions()
{
    if (m_report.definitions.empty())
        return;
    m_flow.newSheet();
    m_flow.bookmark("Definitions", false);
    m_flow.heading("Definitions", 14, 40);
    for (const Definition& definition : m_report.definitions) {
        m_flow.heading(definition.term, 9, 14);
        m_flow.advance(-4);
        m_flow.paragraph(fromText(plainText(definition.text, true)), BodyStyle);
        m_flow.advance(5);
    }
}

void Layout::source(const Source& source)
{
    m_flow.heading(source.name, 9, 30);
    m_flow.advance(-4);
    std::string about = plainText(source.range);
    if (!source.age.empty())
        about += (about.empty() ? "" : " · ") + plainText(source.age);
    m_flow.paragraph(fromText(about), FigureLabelStyle);
    m_flow.advance(3);
    if (!source.query.empty())
        m_flow.paragraph(fromText(plainText(source.query, true)), CodeStyle, 8);
    m_flow.advance(8);
}

void Layout::sources()
{
    if (m_report.sources.empty())
        return;
    // Behind the definitions where there is room, so that a short report stays short.
    m_flow.advance(10);
    m_flow.need(140);
    m_flow.bookmark("Sources", false);
    m_flow.heading("Sources", 14, 60);
    for (const Source& each : m_report.sources)
        source(each);
}

/// Fonts come with the application object.
Status canDraw(const Report& report)
{
    if (const Status good = check(report); !good)
        return good;
    if (qobject_cast<QGuiApplication*>(QCoreApplication::instance()) == nullptr)
        return fail(Error::Kind::Internal, "A PDF needs the program's fonts, which are not loaded.");
    return {};
}

QPageSize pageSize(PaperSize paper)
{
    return QPageSize(paper == PaperSize::A4 ? QPageSize::A4 : QPageSize::Letter);
}

/// Each sheet says of how many it is, so they are counted first.
std::size_t countSheets(Paper paper, const Report& report)
{
    paper.painter = nullptr;
    paper.newSheet = [] {};
    PageFlow counted(std::move(paper), report, 0);
    Layout(counted, report).run();
    return counted.sheets();
}

/// Begins to draw on the image in the measures of paper.
void beginOn(QPainter& painter, QImage& image, double dotsPerInch)
{
    painter.begin(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.scale(dotsPerInch / DotsPerInch, dotsPerInch / DotsPerInch);
}

} // namespace

Result<std::string> pdfReport(const Report& report, PaperSize paper)
{
    if (const Status able = canDraw(report); !able)
        return fail(able.error());
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    std::vector<Bookmark> bookmarks;
    {
        QPdfWriter writer(&bytes);
        writer.setPdfVersion(QPagedPaintDevice::PdfVersion_1_6);
        writer.setResolution(DotsPerInch);
        writer.setPageSize(pageSize(paper));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        QPainter painter;
        const Paper sheets{writer, &painter, writer.pageLayout().fullRectPoints().size(),
                           [&writer] { writer.newPage(); }};
        const std::size_t count = countSheets(sheets, report);
        if (!painter.begin(&writer))
            return fail(Error::Kind::Internal, "The PDF could not be begun.");
        painter.setRenderHint(QPainter::Antialiasing);
        PageFlow drawn(sheets, report, count);
        Layout(drawn, report).run();
        painter.end();
        bookmarks = drawn.bookmarks();
    }
    const QByteArray& made = bytes.data();
    return canonicalPdf({made.constData(), static_cast<std::size_t>(made.size())},
                        {plainText(report.title), plainText(report.company), report.asOf, bookmarks});
}

Result<Preview> previewOf(const Report& report, std::size_t sheet, double dotsPerInch, PaperSize paper)
{
    if (const Status able = canDraw(report); !able)
        return fail(able.error());
    const QSizeF size = pageSize(paper).size(QPageSize::Point);
    // Text is laid out with the PDF's resolution, so that lines and sheets end where they do there.
    QImage measures(1, 1, QImage::Format_RGB32);
    measures.setDotsPerMeterX(DotsPerMeter);
    measures.setDotsPerMeterY(DotsPerMeter);
    QImage aside(1, 1, QImage::Format_RGB32);
    QImage image((size * dotsPerInch / 72).toSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter;
    std::size_t at = 0;
    const auto turnTo = [&](std::size_t next) {
        at = next;
        if (painter.isActive())
            painter.end();
        beginOn(painter, at == sheet ? image : aside, dotsPerInch);
    };
    const Paper sheets{measures, &painter, size, [&] { turnTo(at + 1); }};
    Preview preview;
    preview.sheets = countSheets(sheets, report);
    sheet = std::min(sheet, preview.sheets - 1);
    turnTo(0);
    PageFlow drawn(sheets, report, preview.sheets);
    Layout(drawn, report).run();
    painter.end();
    preview.sheet = sheet;
    preview.image = std::move(image);
    return preview;
}

} // namespace gatehouse::report
