// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/answerview.h"

#include "core/base/clock.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtCore/QMimeData>
#include <QtCore/QUrl>
#include <QtGui/QAbstractTextDocumentLayout>
#include <QtGui/QTextBlock>
#include <QtGui/QTextDocument>
#include <QtGui/QTextDocumentFragment>
#include <QtGui/QTextLayout>
#include <QtGui/QWheelEvent>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds Repaint{50};
constexpr std::chrono::milliseconds Longest{250};
constexpr int Share = 30;          ///< of the time, one part at most is spent on an answer
constexpr qsizetype LineCost = 64; ///< what laying out a line costs beside its characters, in characters

qsizetype costOf(const AnswerBlock& block)
{
    return block.text.size() + LineCost * (1 + block.text.count(u'\n'));
}

/// While an answer grows, all of it that is in sight is painted again and again: from this block on, painting
/// finds the glyphs that laying it out has found.
void keepGlyphs(const QTextBlock& first)
{
    for (QTextBlock block = first; block.isValid(); block = block.next())
        block.layout()->setCacheEnabled(true);
}

void dropGlyphs(const QTextDocument& document)
{
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        block.layout()->setCacheEnabled(false);
}

/// Adds up how long something takes.
class Spending
{
public:
    explicit Spending(std::chrono::nanoseconds& sum)
        : m_sum(sum)
    {}
    ~Spending() { m_sum += m_clock.monotonic() - m_start; }
    Q_DISABLE_COPY_MOVE(Spending)

private:
    std::chrono::nanoseconds& m_sum;
    SystemClock m_clock;
    std::chrono::nanoseconds m_start = m_clock.monotonic();
};

} // namespace

AnswerView::AnswerView(const Theme& theme, const QString& objectName, const QString& accessibleName)
    : m_theme(theme)
{
    nameWidget(this, objectName, accessibleName);
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setOpenLinks(false);
    setOpenExternalLinks(false);
    setAcceptDrops(false);
    setFrameShape(QFrame::NoFrame);
    setProperty("kind", u"answer"_s);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setLineWrapMode(QTextEdit::WidgetWidth);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setTextInteractionFlags(Qt::TextBrowserInteraction);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    document()->setIndentWidth(metric::Space6);
    document()->setUndoRedoEnabled(false);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &AnswerView::step);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            &AnswerView::fitHeight);
    connect(this, &QTextBrowser::anchorClicked, this, [this](const QUrl& address) {
        const QString text = QString::fromLatin1(address.toEncoded());
        if (text.startsWith(CitationScheme))
            Q_EMIT citationChosen(text.mid(CitationScheme.size()).toInt());
        else
            Q_EMIT linkChosen(text);
    });
    connect(&theme, &Theme::changed, this, &AnswerView::restyle);
    restyle();
}

void AnswerView::restyle()
{
    const Tokens& tokens = m_theme.tokens();
    m_look = {tokens.text, tokens.muted,  tokens.accent,
              tokens.warn, tokens.window, m_theme.font(Theme::Type::Body),
              codeFont()};
    document()->setDefaultFont(m_look.body);
    m_faces.setFonts(m_look.body, m_look.mono);
    if (m_given.isEmpty())
        return;
    // Colours are in the text: it is drawn again.
    const QString given = m_given;
    const bool over = m_over;
    const bool plain = m_plain;
    reset();
    m_given = given;
    m_over = over;
    m_plain = plain;
    step();
}

void AnswerView::reset()
{
    m_timer.stop();
    clear();
    m_given.clear();
    m_taken = 0;
    m_over = m_plain = m_cut = m_marked = false;
    m_filter = {};
    m_blocks = {};
    m_queue.clear();
    m_openAt = 0;
    m_openShown.clear();
    m_empty = true;
}

void AnswerView::append(const QString& text)
{
    m_given += text;
    schedule(false);
}

void AnswerView::finish(Proven proven)
{
    m_proven = std::move(proven);
    m_over = true;
    schedule(true);
}

void AnswerView::setAnswer(const QString& text, Proven proven)
{
    reset();
    m_given = text;
    m_proven = std::move(proven);
    m_over = true;
    step();
}

void AnswerView::setPlain(const QString& text)
{
    reset();
    m_given = text;
    m_plain = m_over = true;
    step();
}

bool AnswerView::settled() const
{
    return m_taken >= m_given.size() && m_queue.empty() && m_openShown == m_blocks.open() &&
           (!m_over || m_marked);
}

void AnswerView::schedule(bool soon)
{
    if (soon)
        m_timer.start(0);
    else if (!m_timer.isActive())
        m_timer.start(pace());
}

std::chrono::milliseconds AnswerView::pace() const
{
    const auto bearable = std::chrono::duration_cast<std::chrono::milliseconds>(m_cost * Share);
    return std::clamp(bearable, Repaint, Longest);
}

std::vector<AnswerBlock> AnswerView::takeReady()
{
    std::vector<AnswerBlock> now;
    qsizetype cost = 0;
    const auto fits = [&] {
        return now.empty() || (!now.back().exotic && !m_queue.front().exotic &&
                               cost + costOf(m_queue.front()) <= AnswerBlocks::MaxBlock);
    };
    while (!m_queue.empty() && fits() && m_faces.ready(m_queue.front().text)) {
        cost += costOf(m_queue.front());
        now.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    return now;
}

void AnswerView::step()
{
    m_timer.stop();
    m_cost = (m_cost + m_spent) / 2;
    m_spent = {};
    const Spending spending(m_spent);
    if (m_given.size() > MaxShown)
        m_cut = true;
    const qsizetype end = std::min({m_given.size(), m_taken + MaxStep, MaxShown});
    const bool more = end > m_taken;
    if (more) {
        m_blocks.append(m_filter.append(m_given.mid(m_taken, end - m_taken)));
        m_taken = end;
        for (AnswerBlock& block : m_blocks.takeFinished())
            m_queue.push_back(std::move(block));
    }
    if (m_cut && m_taken >= MaxShown)
        m_taken = m_given.size();
    const bool last = m_over && m_taken >= m_given.size();
    if (last) {
        for (AnswerBlock& block : m_blocks.finish())
            m_queue.push_back(std::move(block));
    }
    const std::vector<AnswerBlock> now = takeReady();
    // What is not whole yet waits for its faces as well, and for those that come before it.
    const bool cold = !m_queue.empty() || !m_faces.ready(m_blocks.open());
    if (!now.empty() || !cold)
        insert(now, cold ? QString() : m_blocks.open());
    if (cold || m_taken < m_given.size()) {
        schedule(true);
        return;
    }
    if (last && !std::exchange(m_marked, true)) {
        if (m_cut)
            insert({{tr("… The rest is not shown here. Copy and Export have all of it."), true}}, {});
        if (m_proven && !m_plain)
            markUnproven(*document(), m_proven, m_look);
        dropGlyphs(*document());
        Q_EMIT drawn();
    }
}

void AnswerView::insert(const std::vector<AnswerBlock>& finished, const QString& open)
{
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    if (finished.empty() && open.size() >= m_openShown.size() && !m_openShown.isEmpty() &&
        open.startsWith(m_openShown)) {
        cursor.movePosition(QTextCursor::End);
        QTextCharFormat plain;
        plain.setForeground(m_look.text);
        cursor.insertText(open.mid(m_openShown.size()), plain);
        m_openShown = open;
        keepGlyphs(cursor.block());
        cursor.endEditBlock();
        return;
    }
    const int from = m_openAt;
    cursor.setPosition(from);
    cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
    const auto freshLine = [&] {
        if (std::exchange(m_empty, false)) {
            cursor.setBlockFormat({});
            cursor.setCharFormat({});
        } else {
            cursor.insertBlock({}, {});
        }
    };
    for (const AnswerBlock& block : finished) {
        freshLine();
        AnswerBlock drawn = block;
        drawn.plain = drawn.plain || m_plain;
        insertAnswerBlock(cursor, drawn, m_look);
        cursor.movePosition(QTextCursor::End);
    }
    m_openAt = cursor.position();
    m_openShown = open;
    if (!open.isEmpty()) {
        const bool wasEmpty = m_empty;
        freshLine();
        m_empty = wasEmpty; // what is open goes again
        QTextCharFormat plain;
        plain.setForeground(m_look.text);
        cursor.insertText(open, plain);
    }
    if (!m_over)
        keepGlyphs(document()->findBlock(from));
    cursor.endEditBlock();
}

void AnswerView::fitHeight()
{
    const int height = static_cast<int>(std::ceil(document()->size().height())) + 2;
    if (height != minimumHeight() || height != maximumHeight())
        setFixedHeight(std::min(height, QWIDGETSIZE_MAX - 1));
}

QSize AnswerView::sizeHint() const
{
    return {200, static_cast<int>(std::ceil(document()->size().height())) + 2};
}

QSize AnswerView::minimumSizeHint() const
{
    return {80, 18};
}

QVariant AnswerView::loadResource(int /*type*/, const QUrl& /*name*/)
{
    ++m_refused;
    return {};
}

QMimeData* AnswerView::createMimeDataFromSelection() const
{
    // Plain text alone: nobody pastes links or pictures that he has not seen.
    auto* const copied = new QMimeData;
    QString text = textCursor().selection().toPlainText();
    text.remove(QChar(u'\u200B')); // our own, to break words at
    copied->setText(text);
    return copied;
}

void AnswerView::paintEvent(QPaintEvent* event)
{
    const Spending spending(m_spent);
    QTextBrowser::paintEvent(event);
}

void AnswerView::wheelEvent(QWheelEvent* event)
{
    event->ignore(); // what is around it scrolls
}

} // namespace gatehouse::ui
