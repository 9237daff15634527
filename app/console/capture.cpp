// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/capture.h"

#include "core/base/files.h"
#include "ui/charts/ranking.h"
#include "ui/models/format.h"
#include "ui/pages/ask/answerview.h"
#include "ui/pages/page.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/workbench.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtGui/QPixmap>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTableView>

#include <algorithm>

namespace gatehouse::console {

using namespace Qt::StringLiterals;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int Slowdown = 4; // what the sanitizers cost
#else
constexpr int Slowdown = 1;
#endif
/// A script waits for 60 s.
constexpr std::chrono::seconds Deadline{55 * Slowdown};
/// Until answers are looked at again that are drawn a bit at a time.
constexpr std::chrono::milliseconds Moment{20};

QString tableText(const QTableView& table)
{
    QString text;
    const QAbstractItemModel* const model = table.model();
    for (int column = 0; column < model->columnCount(); ++column) {
        text += model->headerData(column, Qt::Horizontal).toString();
        for (int row = 0; row < model->rowCount(); ++row)
            text += model->index(row, column).data().toString();
    }
    return text;
}

bool answersAreDrawn(const QWidget& page)
{
    const QList<ui::AnswerView*> answers = page.findChildren<ui::AnswerView*>();
    return std::all_of(answers.begin(), answers.end(), [&page](const ui::AnswerView* answer) {
        return answer->settled() || !answer->isVisibleTo(&page);
    });
}

} // namespace

QString shownText(const QWidget& widget)
{
    QString text = u"●◐○▲▼–"_s;
    for (const QLabel* const label : widget.findChildren<QLabel*>())
        text += label->isVisibleTo(&widget) ? label->text() : QString();
    for (const QAbstractButton* const button : widget.findChildren<QAbstractButton*>())
        text += button->isVisibleTo(&widget) ? button->text() : QString();
    for (const QTableView* const table : widget.findChildren<QTableView*>())
        text += table->isVisibleTo(&widget) ? tableText(*table) : QString();
    for (const ui::Ranking* const ranking : widget.findChildren<ui::Ranking*>()) {
        for (const ui::Ranking::Row& row : ranking->rows())
            text += row.name + row.text + row.note;
    }
    return text;
}

Capture::Capture(ui::Theme& theme, ui::Workbench& workbench, ui::MainWindow& window, QString directory)
    : m_theme(theme)
    , m_workbench(workbench)
    , m_window(window)
    , m_directory(std::move(directory))
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        end(4, tr("The page %1 did not finish loading within %2 s.")
                   .arg(m_window.currentPage().id())
                   .arg(Deadline.count()));
    });
}

void Capture::start()
{
    if (const Status made = makeDirectory(m_directory.toStdString()); !made) {
        end(4, ui::fromText(made.error().message));
        return;
    }
    connect(&m_workbench, &ui::Workbench::sessionChanged, this, &Capture::look, Qt::QueuedConnection);
    for (const ui::Page* const page : m_window.pages()) {
        connect(&page->presenter(), &ui::PagePresenter::changed, this, &Capture::look, Qt::QueuedConnection);
        connect(page, &ui::Page::workEnded, this, &Capture::look, Qt::QueuedConnection);
    }
    m_deadline.start(Deadline);
    m_window.showPage(m_window.pages().front()->id());
    look();
}

void Capture::look()
{
    if (m_ended || m_drawing || m_workbench.session() == nullptr)
        return;
    const ui::ProfileSession& session = *m_workbench.session();
    if (session.state() == ui::ProfileSession::State::Failed) {
        const Error error = session.error().value_or(Error{});
        end(4, ui::fromText(error.message + " " + error.advice));
        return;
    }
    if (session.state() == ui::ProfileSession::State::SignedOut) {
        end(3, tr("Nobody is signed in to %1. Sign in with the window first.")
                   .arg(ui::fromText(session.profile().name)));
        return;
    }
    const ui::PageStatus& status = m_window.currentPage().presenter().status();
    if (session.state() != ui::ProfileSession::State::Ready || !status.settled() ||
        m_window.currentPage().working())
        return;
    if (status.error) {
        end(4, tr("The page %1 shows an error: %2")
                   .arg(m_window.currentPage().id(),
                        ui::fromText(status.error->message + " " + status.error->advice)));
        return;
    }
    m_drawing = true;
    // The page has shown its new state by the next turn of the loop.
    QTimer::singleShot(0, this, &Capture::draw);
}

void Capture::draw()
{
    if (!answersAreDrawn(m_window.currentPage())) {
        QTimer::singleShot(Moment, this, &Capture::draw);
        return;
    }
    const QString page = m_window.currentPage().id();
    const QString view = m_view.isEmpty() ? QString() : u'-' + m_view;
    const QString missing = ui::missingGlyphs(m_theme.font(ui::Theme::Type::Body), shownText(m_window));
    if (!missing.isEmpty()) {
        end(4, tr("No installed font has these characters: %1. Install the fonts that packaging/ names.")
                   .arg(missing));
        return;
    }
    for (const auto mode : {ui::Theme::Mode::Light, ui::Theme::Mode::Dark}) {
        m_theme.setMode(mode);
        const QString path =
            QDir(m_directory).filePath(page + view + u'-' + ui::fromText(ui::toString(mode)) + u".png"_s);
        if (!m_window.grab().save(path, "PNG")) {
            end(4, tr("The picture %1 could not be written.").arg(QFileInfo(path).fileName()));
            return;
        }
    }
    m_drawing = false;
    next();
}

void Capture::next()
{
    if (m_view.isEmpty())
        m_views = m_window.currentPage().exampleViews();
    if (!m_views.isEmpty()) {
        m_view = m_views.takeFirst();
        m_window.currentPage().showExampleView(m_view);
    } else if (++m_page == m_window.pages().size()) {
        end(0, {});
        return;
    } else {
        m_view.clear();
        m_window.showPage(m_window.pages()[m_page]->id());
        m_window.currentPage().showExample();
    }
    look();
}

void Capture::end(int status, const QString& message)
{
    if (m_ended)
        return;
    m_ended = true;
    m_deadline.stop();
    Q_EMIT finished(status, message);
}

} // namespace gatehouse::console
