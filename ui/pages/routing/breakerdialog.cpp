// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/breakerdialog.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

BreakerDialog::BreakerDialog(const QString& backend, const gateway::BreakerDraft& draft, Propose propose,
                             QWidget* parent)
    : QDialog(parent)
    , m_draft(draft)
    , m_propose(std::move(propose))
    , m_has(new QCheckBox(tr("This backend has a circuit breaker")))
    , m_name(new QLineEdit(fromText(draft.name)))
    , m_kind(new Segments(u"breakerKind"_s, tr("What is counted"), {tr("Failures"), tr("Percent of calls")}))
    , m_amount(new QLineEdit(fromText(draft.amount)))
    , m_interval(new QLineEdit(fromText(draft.interval)))
    , m_statuses(new QLineEdit(fromText(draft.statuses)))
    , m_trip(new QLineEdit(fromText(draft.tripDuration)))
    , m_retryAfter(new QCheckBox(tr("A longer Retry-After of the backend counts")))
    , m_problem(makeLabel(u"breakerProblem"_s, "bad"))
    , m_review(new QPushButton(tr("Review && apply")))
    , m_places{{"name", m_name},
               {"count", m_amount},
               {"percentage", m_amount},
               {"interval", m_interval},
               {"statusCodeRanges", m_statuses},
               {"tripDuration", m_trip}}
{
    nameWidget(this, u"breakerDialog"_s, tr("Circuit breaker"));
    setWindowTitle(tr("Circuit breaker of %1").arg(backend));
    nameWidget(m_has, u"breakerHas"_s, tr("This backend has a circuit breaker"));
    nameWidget(m_name, u"breakerName"_s, tr("Name of the rule"));
    nameWidget(m_amount, u"breakerAmount"_s, tr("How many"));
    nameWidget(m_interval, u"breakerInterval"_s, tr("Interval"));
    nameWidget(m_statuses, u"breakerStatuses"_s, tr("Status codes"));
    nameWidget(m_trip, u"breakerTrip"_s, tr("Trip duration"));
    nameWidget(m_retryAfter, u"breakerRetryAfter"_s, tr("A longer Retry-After counts"));
    nameWidget(m_review, u"breakerReview"_s, tr("Review and apply"));
    m_review->setProperty("kind", u"primary"_s);
    m_review->setDefault(true);
    auto* const cancel = new QPushButton(tr("Cancel"));
    nameWidget(cancel, u"breakerCancel"_s, tr("Cancel"));
    m_has->setChecked(draft.hasRule);
    m_retryAfter->setChecked(draft.acceptRetryAfter);
    m_kind->setCurrent(draft.byPercentage ? 1 : 0);
    m_problem->setWordWrap(true);

    build(cancel);
    for (QLineEdit* const field : {m_name, m_amount, m_interval, m_statuses, m_trip})
        connect(field, &QLineEdit::textChanged, this, &BreakerDialog::check);
    connect(m_has, &QCheckBox::toggled, this, &BreakerDialog::check);
    connect(m_kind, &Segments::chosen, this, &BreakerDialog::check);
    connect(m_review, &QPushButton::clicked, this, &BreakerDialog::tryPropose);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    check();
}

void BreakerDialog::build(QPushButton* cancel)
{
    auto* const form = new QFormLayout(this);
    form->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    form->setSpacing(metric::Space3);
    const auto row = [form](const QString& caption, QWidget* field) {
        form->addRow(makeLabel(field->objectName() + u"Label"_s, "", caption), field);
    };
    form->addRow(m_has);
    row(tr("Name of the rule"), m_name);
    row(tr("It counts"), m_kind);
    row(tr("The circuit opens at"), m_amount);
    row(tr("within (ISO 8601, as PT1M)"), m_interval);
    row(tr("of the status codes"), m_statuses);
    row(tr("and stays open for (as PT30S)"), m_trip);
    form->addRow(m_retryAfter);
    form->addRow(makeLabel(u"breakerNote"_s, "caption",
                           tr("Each gateway instance counts for itself. While the circuit is open, API "
                              "Management answers 503 or takes another member of the pool.")));
    form->addRow(m_problem);
    auto* const buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_review);
    form->addRow(buttons);
    resize(560, sizeHint().height());
}

gateway::BreakerDraft BreakerDialog::typed() const
{
    gateway::BreakerDraft draft = m_draft;
    draft.hasRule = m_has->isChecked();
    draft.name = m_name->text().trimmed().toStdString();
    draft.byPercentage = m_kind->current() == 1;
    draft.amount = m_amount->text().trimmed().toStdString();
    draft.interval = m_interval->text().trimmed().toStdString();
    draft.statuses = m_statuses->text().toStdString();
    draft.tripDuration = m_trip->text().trimmed().toStdString();
    draft.acceptRetryAfter = m_retryAfter->isChecked();
    return draft;
}

void BreakerDialog::check()
{
    const auto problems = gateway::problemsOf(typed());
    for (const auto& [place, field] : m_places) {
        field->setProperty("wrong", false);
        field->setEnabled(m_has->isChecked());
    }
    QStringList sentences;
    for (const gateway::FieldProblem& problem : problems) {
        sentences.append(u"▲ "_s + fromText(problem.sentence));
        const auto field = m_places.find(problem.place.substr(problem.place.rfind('.') + 1));
        if (field != m_places.end())
            field->second->setProperty("wrong", true);
    }
    for (const auto& [place, field] : m_places) {
        field->style()->unpolish(field);
        field->style()->polish(field);
    }
    m_kind->setEnabled(m_has->isChecked());
    m_retryAfter->setEnabled(m_has->isChecked());
    m_problem->setText(sentences.join(u'\n'));
    m_review->setEnabled(problems.empty());
}

void BreakerDialog::tryPropose()
{
    const Status done = m_propose(typed());
    if (done) {
        accept();
        return;
    }
    m_problem->setText(u"▲ "_s + fromText(done.error().message + " " + done.error().advice));
}

} // namespace gatehouse::ui
