// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QDialog>

namespace gatehouse::ui {

/// Where a page's figures come from: the KQL that was asked, to read, to copy and to run elsewhere.
class QueryDialog : public QDialog
{
    Q_OBJECT
public:
    /// provenance: "3 Jun 14:00 – 4 Jun 14:00 (UTC), 12 s old".
    QueryDialog(const QString& provenance, const QStringList& queries, QWidget* parent);
};

} // namespace gatehouse::ui
