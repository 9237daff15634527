// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/pricereviewdialog.h"

#include "ui/models/format.h"
#include "ui/pages/cost/pricerecords.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QFrame* framed(const QString& name, const QString& accessible, TableView* table)
{
    QFrame* const panel = makePanel(name, accessible);
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(table);
    return panel;
}

QString summaryOf(const PriceReview& review, const std::optional<cost::Month>& closedThrough)
{
    QStringList parts;
    parts << (review.lines.empty() ? PriceReviewDialog::tr("Every price is as it says already")
                                   : PriceReviewDialog::tr("Changes: %1").arg(review.lines.size()));
    if (!review.draft.notTaken.empty())
        parts << PriceReviewDialog::tr("not taken: %1").arg(review.draft.notTaken.size());
    if (review.draft.more)
        parts << PriceReviewDialog::tr("▲ the list goes on in another page, which is not in this file");
    if (closedThrough)
        parts << PriceReviewDialog::tr("months through %1 are closed and keep their amounts")
                     .arg(fromText(cost::monthText(*closedThrough)));
    parts << PriceReviewDialog::tr("nothing has changed yet");
    return parts.join(u" · "_s);
}

} // namespace

PriceReviewDialog::PriceReviewDialog(const Theme& theme, PriceDesk& desk, QWidget* parent)
    : QDialog(parent)
    , m_desk(desk)
    , m_title(makeLabel(u"priceReviewTitle"_s, "heading"))
    , m_summary(makeLabel(u"priceReviewSummary"_s, "muted"))
    , m_changes(new RecordModel(changeColumns(), this))
    , m_changeTable(new TableView(theme, *m_changes, u"priceChanges"_s, tr("Changes")))
    , m_notTaken(new RecordModel(notTakenColumns(), this))
    , m_notTakenTable(new TableView(theme, *m_notTaken, u"priceNotTaken"_s, tr("Not taken")))
    , m_note(new QLineEdit)
    , m_error(makeLabel(u"priceReviewError"_s, "bad"))
{
    nameWidget(this, u"priceReview"_s, tr("Review of prices"));
    setWindowTitle(tr("Review of prices"));
    nameWidget(m_note, u"priceNote"_s, tr("Note of the new version"));
    m_note->setPlaceholderText(tr("Why, for those who read it later"));
    m_summary->setWordWrap(true);
    m_error->setWordWrap(true);
    auto* const buttons = new QDialogButtonBox;
    nameWidget(buttons, u"priceReviewButtons"_s, tr("Apply or cancel"));
    m_apply = buttons->addButton(tr("Compare again"), QDialogButtonBox::AcceptRole);
    m_apply->setMinimumWidth(m_apply->sizeHint().width()); // the longer of its two texts
    nameWidget(m_apply, u"priceApply"_s, tr("Apply as a new version"));
    m_apply->setProperty("kind", u"primary"_s);
    m_cancel = buttons->addButton(QDialogButtonBox::Cancel);
    nameWidget(m_cancel, u"priceReviewCancel"_s, tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &PriceReviewDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &PriceReviewDialog::reject);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(m_title);
    column->addWidget(m_summary);
    column->addWidget(framed(u"priceChangesPanel"_s, tr("Changes"), m_changeTable), 3);
    column->addWidget(framed(u"priceNotTakenPanel"_s, tr("Not taken"), m_notTakenTable), 2);
    column->addWidget(makeLabel(u"priceNoteTitle"_s, "captionStrong", tr("Note of the new version")));
    column->addWidget(m_note);
    column->addWidget(m_error);
    column->addWidget(buttons);
    m_changeTable->setEmptyText(tr("Nothing would change"));
    resize(760, 560);
    connect(&desk, &PriceDesk::changed, this, &PriceReviewDialog::showReview);
    connect(&desk, &PriceDesk::applied, this, [this] { QDialog::accept(); });
    showReview();
}

void PriceReviewDialog::showReview()
{
    const std::optional<PriceReview>& review = m_desk.state().review;
    if (!review) {
        if (isVisible())
            QDialog::reject();
        return;
    }
    m_title->setText(review->title);
    m_summary->setText(summaryOf(*review, m_desk.state().prices->closedThrough));
    m_changes->setRecords(changeRecords(review->lines));
    m_notTaken->setRecords(notTakenRecords(review->draft.notTaken));
    m_notTakenTable->parentWidget()->setVisible(!review->draft.notTaken.empty());
    if (!std::exchange(m_noteShown, true))
        m_note->setText(review->note);
    const bool conflict = review->error && review->error->kind == Error::Kind::Conflict;
    m_error->setVisible(review->error.has_value());
    if (review->error)
        m_error->setText(fromText(review->error->message + " " +
                                  (conflict ? tr("Nothing was written. Compare again with the prices as they "
                                                 "are now.")
                                                  .toStdString()
                                            : review->error->advice)));
    m_apply->setText(conflict ? tr("Compare again") : tr("Apply"));
    m_apply->setEnabled(!review->applying && !review->lines.empty());
    m_cancel->setEnabled(!review->applying);
    m_note->setEnabled(!review->applying);
}

void PriceReviewDialog::accept()
{
    m_desk.apply(m_note->text());
}

void PriceReviewDialog::reject()
{
    const std::optional<PriceReview>& review = m_desk.state().review;
    if (review && review->applying)
        return;
    QDialog::reject();
    m_desk.dropReview();
}

} // namespace gatehouse::ui
