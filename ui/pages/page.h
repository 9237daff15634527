// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/command.h"
#include "ui/pages/pagepresenter.h"

#include <QtWidgets/QWidget>

#include <utility>
#include <vector>

class QVBoxLayout;

namespace gatehouse::ui {

class Deck;
class NoticeBar;
class StateView;
class Theme;

/// What every page is: figures, or a StateView in their place, and a notice above the figures where they are
/// partial or stale. Shows what its presenter says and decides nothing itself.
class Page : public QWidget
{
    Q_OBJECT
public:
    Page(const Theme& theme, PagePresenter& presenter, const QString& id, const QString& title);

    /// "overview": what --page and settings call it.
    [[nodiscard]] const QString& id() const { return m_id; }
    [[nodiscard]] const QString& title() const { return m_title; }
    [[nodiscard]] PagePresenter& presenter() const { return m_presenter; }
    [[nodiscard]] virtual const StateView& stateView() const { return *m_state; }
    /// Where "/" goes; null where there is nothing to type into.
    [[nodiscard]] virtual QWidget* filterField() { return nullptr; }
    /// What only this page can do, for the palette.
    [[nodiscard]] virtual std::vector<Command> commands() { return {}; }
    /// The keys of this page: what is pressed, and what it does.
    [[nodiscard]] virtual std::vector<std::pair<QString, QString>> keys() const { return {}; }
    /// F5: asks again.
    virtual void refresh() { m_presenter.refresh(); }
    /// Esc: stops what this page does besides its refresh; false when there is nothing to stop.
    virtual bool stopWork() { return false; }
    /// For --capture: a page that shows nothing by itself shows an example.
    virtual void showExample() {}
    /// Likewise, what of this page is drawn besides what it opens with, by the names of the pictures.
    [[nodiscard]] virtual QStringList exampleViews() const { return {}; }
    virtual void showExampleView(const QString& /*id*/) {}
    /// Whether what is shown waits for more than the presenter's answer; workEnded() says when it does not.
    [[nodiscard]] virtual bool working() const { return false; }

Q_SIGNALS:
    /// The sum of selected cells, for the status bar.
    void summaryChanged(const QString& text);
    /// One sentence about what was just done.
    void told(const QString& text);
    /// Why a request of this page went where it did.
    void explainRequested(const QString& correlationId);
    /// What working() told of may have ended.
    void workEnded();
    /// Something of this page was chosen elsewhere: show it.
    void pageRequested();

protected:
    [[nodiscard]] QWidget& content() { return *m_content; }
    [[nodiscard]] const Theme& theme() const { return m_theme; }
    /// Shows status: figures or the state in their place.
    void showStatus(const PageStatus& status);
    /// Stands in the place of figures and state, whatever the status says, until null is shown. It has to be
    /// added before with addView().
    void showInstead(QWidget* widget);
    void addView(QWidget* widget);
    /// Above everything else of the page.
    void addHead(QWidget* widget);
    /// What an empty answer means on this page: icon, title, text, action (the action widens the time range).
    virtual void describeEmpty(QString& title, QString& text) const = 0;
    /// Whether another time range or fewer filters could fill an empty page.
    [[nodiscard]] virtual bool dependsOnRange() const { return true; }

private:
    const Theme& m_theme;
    PagePresenter& m_presenter;
    QString m_id;
    QString m_title;
    QWidget* m_content;
    NoticeBar* m_notice;
    StateView* m_state;
    Deck* m_stack;
    QWidget* m_instead = nullptr;
};

} // namespace gatehouse::ui
