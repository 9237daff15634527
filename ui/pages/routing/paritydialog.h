// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/paritypresenter.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QDateTimeEdit;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace gatehouse::ui {

/// What a person says about a fallback: a certificate, an exception, or the tools of a backend. Asks for what
/// is needed and hands it to the presenter, which proposes the change; the review follows. GUI thread.
class ParityDialog : public QDialog
{
    Q_OBJECT
public:
    enum class Kind { Certificate, Exception, Tools };

    ParityDialog(Kind kind, ParityPresenter& presenter, QWidget* parent);

private:
    void build(QFormLayout& form, const gateway::ParityCheck& check);
    [[nodiscard]] Status propose();
    void submit();
    [[nodiscard]] DateTime expiry() const;

    Kind m_kind;
    ParityPresenter& m_presenter;
    QComboBox* m_choice; ///< the point, or the backend
    QLineEdit* m_owner;
    QLineEdit* m_words; ///< the reason, or the tools
    QDateTimeEdit* m_expiry;
    QLabel* m_problem;
};

} // namespace gatehouse::ui
