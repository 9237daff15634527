// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/signindialog.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

SignInDialog::SignInDialog(const Theme& theme, const Clock& clock, const QString& profileName,
                           SignInPanel::Opener opener, QWidget* parent)
    : QDialog(parent)
    , m_panel(new SignInPanel(theme, clock, std::move(opener)))
{
    nameWidget(this, u"signInDialog"_s, tr("Sign in"));
    setWindowTitle(tr("Sign in"));
    auto* const place = new ElidedLabel;
    place->setObjectName(u"signInProfile"_s);
    place->setProperty("role", u"caption"_s);
    place->setFullText(tr("Profile: %1").arg(profileName));
    auto* const cancel = new QPushButton(tr("Cancel"));
    nameWidget(cancel, u"signInCancel"_s, tr("Cancel"));
    auto* const foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(cancel);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space4);
    column->setSpacing(metric::Space4);
    column->addWidget(place);
    column->addWidget(m_panel, 1);
    column->addLayout(foot);
    setFixedSize(500, 360);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_panel, &SignInPanel::signedIn, this, &QDialog::accept);
}

void SignInDialog::done(int result)
{
    m_panel->end();
    QDialog::done(result);
}

} // namespace gatehouse::ui
