// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/raisedialog.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QDateTimeEdit>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::hours UsualRaise{24};

QLineEdit* makeField(const QString& objectName, QuotaField field,
                     const std::optional<gateway::ServiceQuota>& quota)
{
    auto* const line = new QLineEdit(entryText(quota, field));
    nameWidget(line, objectName, fieldName(field));
    line->setPlaceholderText(RaiseDialog::tr("no limit"));
    return line;
}

} // namespace

RaiseDialog::RaiseDialog(const Theme& /*theme*/, QuotasPresenter& presenter, const QuotaRowView& row,
                         QWidget* parent)
    : QDialog(parent)
    , m_presenter(presenter)
    , m_service(row.row.service)
    , m_quota(row.quota)
    , m_tokens(makeField(u"raiseTokens"_s, QuotaField::TokensPerMinute, row.quota))
    , m_quotaTokens(makeField(u"raiseQuota"_s, QuotaField::TokenQuota, row.quota))
    , m_calls(makeField(u"raiseCalls"_s, QuotaField::Calls, row.quota))
    , m_until(new QDateTimeEdit(toLocal(presenter.context().clock().now() + UsualRaise)))
    , m_error(makeLabel(u"raiseError"_s, "bad"))
{
    const QString name = m_service.empty() ? tr("everybody else") : fromText(row.row.displayName);
    nameWidget(this, u"raiseDialog"_s, tr("Raise the limits of %1").arg(name));
    setWindowTitle(tr("Raise the limits of %1").arg(name));
    nameWidget(m_until, u"raiseUntil"_s, tr("End of the raise"));
    m_until->setCalendarPopup(true);
    m_error->setWordWrap(true);
    m_error->hide();
    auto* const note = makeLabel(
        u"raiseNote"_s, "caption",
        tr("The policy itself holds the end: from that moment on the gateway goes back to %1, also when no "
           "Gatehouse is running.")
            .arg(row.quota ? limitsText(row.quota->raise ? row.quota->raise->before : row.quota->limits)
                           : tr("the limits of everybody else")));
    note->setWordWrap(true);
    auto* const form = new QFormLayout;
    form->setSpacing(metric::Space2);
    form->addRow(fieldName(QuotaField::TokensPerMinute), m_tokens);
    form->addRow(fieldName(QuotaField::TokenQuota), m_quotaTokens);
    form->addRow(tr("Calls per minute"), m_calls);
    form->addRow(tr("Until (%1)").arg(zoneName()), m_until);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    nameWidget(buttons, u"raiseButtons"_s, tr("Draft or cancel"));
    QPushButton* const draft = buttons->addButton(tr("Draft the raise"), QDialogButtonBox::AcceptRole);
    nameWidget(draft, u"raiseAccept"_s, tr("Draft the raise"));
    draft->setProperty("kind", u"primary"_s);
    nameWidget(buttons->button(QDialogButtonBox::Cancel), u"raiseCancel"_s, tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &RaiseDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addLayout(form);
    column->addWidget(note);
    column->addWidget(m_error);
    column->addWidget(buttons);
    resize(420, sizeHint().height());
}

void RaiseDialog::accept()
{
    Result<std::optional<gateway::ServiceQuota>> raised = m_quota;
    const auto enter = [&](QuotaField field, const QLineEdit* line) {
        if (raised)
            raised = withEntry(m_service, *raised, field, line->text());
    };
    enter(QuotaField::TokensPerMinute, m_tokens);
    enter(QuotaField::TokenQuota, m_quotaTokens);
    enter(QuotaField::Calls, m_calls);
    Status done;
    if (!raised)
        done = fail(raised.error());
    else if (!*raised)
        done = fail(Error::Kind::InvalidInput, tr("A raise needs a limit.").toStdString(),
                    tr("Type at least one.").toStdString());
    else
        done = m_presenter.raise(m_service, (*raised)->limits, fromLocal(m_until->dateTime()));
    if (done)
        return QDialog::accept();
    m_error->setText(fromText(done.error().message + " " + done.error().advice));
    m_error->show();
}

} // namespace gatehouse::ui
