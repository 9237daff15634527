// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/anomalyrule.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace gatehouse::ui {

/// The anomaly rule as an alert rule of Azure Monitor: where it is to live, what it looks like, and copying
/// and saving it. Writes nothing to Azure.
class AnomalyRuleDialog : public QDialog
{
    Q_OBJECT
public:
    /// workspace: what the field begins with; "" when the profile does not say.
    AnomalyRuleDialog(const QString& workspace, QWidget* parent);

    /// Writes the rule to the file and answers a sentence about it.
    [[nodiscard]] QString saveTo(const QString& path);

Q_SIGNALS:
    void told(const QString& text);

private:
    void showRule();
    void askPath();

    std::string m_rule; ///< "" while a field is wrong
    QLineEdit* m_workspace;
    QLineEdit* m_location;
    QLineEdit* m_group;
    QLabel* m_error;
    QPlainTextEdit* m_text;
    QPushButton* m_copy;
    QPushButton* m_save;
};

} // namespace gatehouse::ui
