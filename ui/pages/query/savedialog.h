// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/querystore.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;

namespace gatehouse::ui {

class QueryNotebook;

/// Gives a query a name and a sentence.
class SaveQueryDialog : public QDialog
{
    Q_OBJECT
public:
    SaveQueryDialog(QueryNotebook& notebook, const QString& kql, QWidget* parent);

private:
    void trySave();

    QueryNotebook& m_notebook;
    QString m_kql;
    QLineEdit* m_name;
    QLineEdit* m_text;
    QLabel* m_problem;
};

} // namespace gatehouse::ui
