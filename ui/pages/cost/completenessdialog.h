// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"

#include <QtWidgets/QDialog>

class QLabel;

namespace gatehouse::ui {

class ElidedLabel;
class RecordModel;
class TableView;
class Theme;

/// What is missing in the figures: the shares of the calls' tokens, what the audit found with its size, and
/// the five minutes in which gateway log, LLM log and metrics differ. Follows the presenter's view.
class CompletenessDialog : public QDialog
{
    Q_OBJECT
public:
    CompletenessDialog(const Theme& theme, CostPresenter& presenter, QWidget* parent);

Q_SIGNALS:
    /// A model without a price was chosen.
    void priceRequested(const QString& model);

private:
    void showState();

    const Theme& m_theme;
    CostPresenter& m_presenter;
    QLabel* m_summary;
    QLabel* m_span;
    RecordModel* m_faults;
    TableView* m_faultTable;
    QLabel* m_sentence; ///< of the chosen finding, whole
    RecordModel* m_gaps;
    TableView* m_gapTable;
};

} // namespace gatehouse::ui
