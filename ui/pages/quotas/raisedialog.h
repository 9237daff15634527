// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/quotas/quotaspresenter.h"

#include <QtWidgets/QDialog>

class QDateTimeEdit;
class QLabel;
class QLineEdit;

namespace gatehouse::ui {

class Theme;

/// Other limits for one service up to a moment. Drafts them; a refusal is shown beside the fields.
class RaiseDialog : public QDialog
{
    Q_OBJECT
public:
    RaiseDialog(const Theme& theme, QuotasPresenter& presenter, const QuotaRowView& row, QWidget* parent);

    void accept() override;

private:
    QuotasPresenter& m_presenter;
    std::string m_service;
    std::optional<gateway::ServiceQuota> m_quota;
    QLineEdit* m_tokens;
    QLineEdit* m_quotaTokens;
    QLineEdit* m_calls;
    QDateTimeEdit* m_until;
    QLabel* m_error;
};

} // namespace gatehouse::ui
