// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/completenessbadge.h"

#include "ui/models/format.h"
#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QPushButton>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

ShareBar::ShareBar(const Theme& theme)
    : m_theme(theme)
{
    nameWidget(this, u"costShareBar"_s, tr("Shares of measured, estimated and unknown usage"));
    setFixedHeight(8);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ShareBar::setParts(std::int64_t measured, std::int64_t estimated, std::int64_t unknown)
{
    const double all = static_cast<double>(measured + estimated + unknown);
    m_measured = all > 0 ? static_cast<double>(measured) / all : 0;
    m_estimated = all > 0 ? static_cast<double>(estimated) / all : 0;
    m_unknown = all > 0 ? static_cast<double>(unknown) / all : 0;
    update();
}

void ShareBar::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens& tokens = m_theme.tokens();
    const QRectF whole = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath outline;
    outline.addRoundedRect(whole, 3, 3);
    painter.setClipPath(outline);
    // A part that is there is seen, however small it is.
    const auto width = [&whole](double share) {
        return share > 0 ? std::max(3.0, share * whole.width()) : 0;
    };
    const double unknown = width(m_unknown);
    const double estimated = width(m_estimated);
    const double measured = m_measured > 0 ? std::max(0.0, whole.width() - unknown - estimated) : 0;
    painter.fillRect(QRectF(whole.left(), whole.top(), measured, whole.height()), tokens.accent);
    const QRectF middle(whole.left() + measured, whole.top(), estimated, whole.height());
    painter.fillRect(middle, tokens.accentSoft);
    painter.fillRect(middle, QBrush(tokens.accent, Qt::BDiagPattern));
    painter.setClipping(false);
    painter.setPen(QPen(tokens.lineStrong, 1));
    painter.drawPath(outline);
}

QString completenessWord(const jobs::CostView& view)
{
    const cost::Completeness& known = view.completeness;
    if (!view.audited && known.calls == 0)
        return CompletenessBadge::tr("– Not looked at yet");
    if (known.complete() && view.faults.empty())
        return CompletenessBadge::tr("● Complete");
    if (view.faults.empty())
        return CompletenessBadge::tr("▲ Something is missing");
    return view.faults.size() == 1
               ? CompletenessBadge::tr("▲ 1 finding")
               : CompletenessBadge::tr("▲ %1 findings").arg(static_cast<qulonglong>(view.faults.size()));
}

CompletenessBadge::CompletenessBadge(const Theme& theme)
    : m_word(makeLabel(u"costCompletenessWord"_s, "strong"))
    , m_bar(new ShareBar(theme))
    , m_text(new ElidedLabel)
    , m_ask(new QPushButton(tr("Details…")))
{
    setProperty("panel", true);
    nameWidget(this, u"costCompleteness"_s, tr("Completeness"));
    m_text->setObjectName(u"costCompletenessText"_s);
    m_text->setProperty("role", u"caption"_s);
    m_ask->setProperty("kind", u"link"_s);
    nameWidget(m_ask, u"costCompletenessAsk"_s, tr("Say what is missing"));
    auto* const grid = new QGridLayout(this);
    grid->setContentsMargins(metric::Space4, metric::Space2, metric::Space4, metric::Space3);
    grid->setHorizontalSpacing(metric::Space2);
    grid->setVerticalSpacing(metric::Space1);
    grid->addWidget(makeLabel(u"costCompletenessCaption"_s, "caption", tr("Completeness")), 0, 0);
    grid->addWidget(m_ask, 0, 1, Qt::AlignRight);
    grid->addWidget(m_word, 1, 0, 1, 2);
    grid->addWidget(m_bar, 2, 0, 1, 2);
    grid->addWidget(m_text, 3, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    setFixedHeight(100);
    setMinimumWidth(196);
    setMaximumWidth(480);
    connect(m_ask, &QPushButton::clicked, this, &CompletenessBadge::asked);
}

void CompletenessBadge::setView(const jobs::CostView& view)
{
    const cost::Completeness& known = view.completeness;
    m_word->setText(completenessWord(view));
    m_bar->setParts(known.measured, known.estimated, known.unknown);
    QStringList parts = lackingTexts(known);
    const QString shares = sharesText(known);
    if (!shares.isEmpty())
        parts.prepend(shares);
    m_text->setFullText(parts.isEmpty() ? tr("of the calls since the program began") : parts.join(u" · "_s));
    setAccessibleDescription(m_word->text() + u", "_s + m_text->fullText());
}

} // namespace gatehouse::ui
