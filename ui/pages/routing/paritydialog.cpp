// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/paritydialog.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QDateTimeEdit>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int CertificateDays = 90;
constexpr int ExceptionDays = 30;

QString titleOf(ParityDialog::Kind kind)
{
    switch (kind) {
    case ParityDialog::Kind::Certificate:
        return ParityDialog::tr("Certify a fallback");
    case ParityDialog::Kind::Exception:
        return ParityDialog::tr("Add an exception");
    case ParityDialog::Kind::Tools:
        break;
    }
    return ParityDialog::tr("Declare tools");
}

QString sentenceOf(ParityDialog::Kind kind, const gateway::ParityCheck& check)
{
    switch (kind) {
    case ParityDialog::Kind::Certificate:
        return ParityDialog::tr("%1 may take over from %2 in %3. It is void when anything that was compared "
                                "changes.")
            .arg(fromText(check.candidate), fromText(check.primary), fromText(check.pool));
    case ParityDialog::Kind::Exception:
        return ParityDialog::tr("%1 may take over from %2 in %3 although it differs in one point.")
            .arg(fromText(check.candidate), fromText(check.primary), fromText(check.pool));
    case ParityDialog::Kind::Tools:
        break;
    }
    return ParityDialog::tr("Azure does not say which tools and data an endpoint may reach.");
}

} // namespace

ParityDialog::ParityDialog(Kind kind, ParityPresenter& presenter, QWidget* parent)
    : QDialog(parent)
    , m_kind(kind)
    , m_presenter(presenter)
    , m_choice(new QComboBox)
    , m_owner(new QLineEdit)
    , m_words(new QLineEdit)
    , m_expiry(new QDateTimeEdit)
    , m_problem(makeLabel(u"parityProblem"_s, "bad"))
{
    nameWidget(this, u"parityDialog"_s, titleOf(kind));
    setWindowTitle(titleOf(kind));
    nameWidget(m_choice, u"parityChoice"_s, kind == Kind::Exception ? tr("Point") : tr("Backend"));
    nameWidget(m_owner, u"parityOwner"_s, tr("Owner"));
    nameWidget(m_words, u"parityWords"_s, kind == Kind::Exception ? tr("Reason") : tr("Tools and data"));
    nameWidget(m_expiry, u"parityExpiry"_s, tr("Ends"));
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space4);
    column->setSpacing(metric::Space3);
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(metric::Space4);
    form->setVerticalSpacing(metric::Space2);
    if (const gateway::ParityCheck* const check = presenter.selected()) {
        QLabel* const sentence = makeLabel(u"paritySentence"_s, "muted", sentenceOf(kind, *check));
        sentence->setWordWrap(true);
        column->addWidget(sentence);
        build(*form, *check);
    }
    column->addLayout(form);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    auto* const review = new QPushButton(tr("Review…"));
    nameWidget(review, u"parityReview"_s, tr("Review the change"));
    review->setProperty("kind", u"primary"_s);
    review->setDefault(true);
    auto* const cancel = new QPushButton(tr("Cancel"));
    nameWidget(cancel, u"parityCancel"_s, tr("Cancel"));
    cancel->setAutoDefault(false);
    auto* const foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(review);
    column->addLayout(foot);
    setMinimumWidth(460);
    connect(review, &QPushButton::clicked, this, &ParityDialog::submit);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void ParityDialog::build(QFormLayout& form, const gateway::ParityCheck& check)
{
    const auto row = [&form](const QString& name, const QString& label, QWidget* field) {
        QLabel* const text = makeLabel(name, "", label);
        text->setBuddy(field);
        form.addRow(text, field);
    };
    if (m_kind == Kind::Exception) {
        for (const gateway::ParityLine& line : check.lines) {
            if (line.verdict == gateway::Accord::Differs && line.point != gateway::ParityPoint::Exceptions)
                m_choice->addItem(fromText(std::string(gateway::titleOf(line.point))), int(line.point));
        }
        row(u"parityChoiceLabel"_s, tr("Point"), m_choice);
        row(u"parityWordsLabel"_s, tr("Reason"), m_words);
    } else if (m_kind == Kind::Tools) {
        for (const std::string& backend : {check.candidate, check.primary})
            m_choice->addItem(fromText(backend), fromText(backend));
        m_words->setPlaceholderText(tr("none"));
        row(u"parityChoiceLabel"_s, tr("Backend"), m_choice);
        row(u"parityWordsLabel"_s, tr("Tools and data"), m_words);
    }
    row(u"parityOwnerLabel"_s, tr("Owner"), m_owner);
    if (m_kind == Kind::Tools)
        return;
    const int days = m_kind == Kind::Certificate ? CertificateDays : ExceptionDays;
    m_expiry->setCalendarPopup(true);
    m_expiry->setDisplayFormat(u"d MMM yyyy, HH:mm"_s);
    m_expiry->setDateTime(toLocal(m_presenter.context().clock().now()).addDays(days));
    row(u"parityExpiryLabel"_s, tr("Ends (%1)").arg(zoneName()), m_expiry);
}

DateTime ParityDialog::expiry() const
{
    return fromLocal(m_expiry->dateTime());
}

Status ParityDialog::propose()
{
    switch (m_kind) {
    case Kind::Certificate:
        return m_presenter.certify(m_owner->text(), expiry());
    case Kind::Exception:
        return m_presenter.grant(static_cast<gateway::ParityPoint>(m_choice->currentData().toInt()),
                                 m_owner->text(), m_words->text(), expiry());
    case Kind::Tools:
        break;
    }
    return m_presenter.declareTools(m_choice->currentData().toString().toStdString(), m_words->text(),
                                    m_owner->text());
}

void ParityDialog::submit()
{
    const Status proposed = propose();
    if (proposed) {
        accept();
        return;
    }
    m_problem->setText(fromText(proposed.error().message + " " + proposed.error().advice).trimmed());
    m_problem->show();
}

} // namespace gatehouse::ui
