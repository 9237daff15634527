// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/answerfaces.h"
#include "ui/pages/ask/answerrender.h"

#include <QtCore/QTimer>
#include <QtWidgets/QTextBrowser>

#include <deque>
#include <functional>

namespace gatehouse::ui {

class Theme;

/// Untrusted text on screen, as tall as it is: plain while it streams in, each block as Markdown without HTML
/// once it is whole. Loads nothing, opens nothing, and does a bounded piece of work at a time, at most 20
/// times a second while it streams. What it is given whole it draws in the same steps.
class AnswerView : public QTextBrowser
{
    Q_OBJECT
public:
    using Proven = std::function<bool(int marker)>;
    static constexpr qsizetype MaxShown = 256 << 10; ///< UTF-16 units; the text itself is kept whole
    static constexpr qsizetype MaxStep = 16 << 10;

    AnswerView(const Theme& theme, const QString& objectName, const QString& accessibleName);

    /// More of an answer that streams in.
    void append(const QString& text);
    /// The answer is over. proven says which citations a retrieved passage stands behind.
    void finish(Proven proven);
    /// A whole answer.
    void setAnswer(const QString& text, Proven proven);
    /// A whole text in which nothing has a meaning.
    void setPlain(const QString& text);

    /// All that was given, as it was given.
    [[nodiscard]] const QString& given() const { return m_given; }
    /// Whether everything that was given is on screen.
    [[nodiscard]] bool settled() const;
    /// Shows the next piece now; what the timer does.
    void step();
    /// How long pieces are gathered before they are shown: 50 to 250 ms, so that showing them takes a bounded
    /// part of the window's time.
    [[nodiscard]] std::chrono::milliseconds pace() const;
    /// How often a resource was asked for; each was refused.
    [[nodiscard]] int refusedResources() const { return m_refused; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void citationChosen(int marker);
    void linkChosen(const QString& address);
    /// All of it is on screen.
    void drawn();

protected:
    QVariant loadResource(int type, const QUrl& name) override;
    QMimeData* createMimeDataFromSelection() const override;
    void wheelEvent(QWheelEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void reset();
    void schedule(bool soon);
    void insert(const std::vector<AnswerBlock>& finished, const QString& open);
    [[nodiscard]] std::vector<AnswerBlock> takeReady();
    void restyle();
    void fitHeight();

    const Theme& m_theme;
    AnswerLook m_look;
    QString m_given;
    qsizetype m_taken = 0; ///< of m_given
    bool m_plain = false;
    bool m_over = false;
    bool m_cut = false;
    bool m_marked = false;
    Proven m_proven;
    AnswerFaces m_faces;
    AnswerText m_filter;
    AnswerBlocks m_blocks;
    std::deque<AnswerBlock> m_queue; ///< whole, not drawn yet
    int m_openAt = 0;                ///< where the text begins that is no block yet
    QString m_openShown;
    bool m_empty = true;
    std::chrono::nanoseconds m_spent{0}; ///< since the last piece, on it and on painting
    std::chrono::nanoseconds m_cost{0};  ///< of a piece, smoothed
    int m_refused = 0;
    QTimer m_timer;
};

} // namespace gatehouse::ui
