// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/topology/breakeredit.h"

#include <QtWidgets/QDialog>

#include <functional>
#include <map>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace gatehouse::ui {

class Segments;

/// The circuit breaker rule of one backend, checked with every key; what is wrong is said beside its field.
/// propose gets what was typed, and says why it does not take it.
class BreakerDialog : public QDialog
{
    Q_OBJECT
public:
    using Propose = std::function<Status(const gateway::BreakerDraft&)>;
    BreakerDialog(const QString& backend, const gateway::BreakerDraft& draft, Propose propose,
                  QWidget* parent);

private:
    void build(QPushButton* cancel);
    void check();
    void tryPropose();
    [[nodiscard]] gateway::BreakerDraft typed() const;

    gateway::BreakerDraft m_draft;
    Propose m_propose;
    QCheckBox* m_has;
    QLineEdit* m_name;
    Segments* m_kind;
    QLineEdit* m_amount;
    QLineEdit* m_interval;
    QLineEdit* m_statuses;
    QLineEdit* m_trip;
    QCheckBox* m_retryAfter;
    QLabel* m_problem;
    QPushButton* m_review;
    std::map<std::string, QLineEdit*> m_places; ///< by the end of a problem's place
};

} // namespace gatehouse::ui
