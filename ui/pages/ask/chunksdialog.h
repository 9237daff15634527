// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/documentdesk.h"

#include <QtWidgets/QDialog>

class QLabel;
class QPlainTextEdit;

namespace gatehouse::ui {

class RecordModel;
class TableView;
class Theme;

/// The chunks of a document as they were indexed.
class ChunksDialog : public QDialog
{
    Q_OBJECT
public:
    ChunksDialog(const Theme& theme, QWidget* parent);
    void show(const ChunksView& view);

private:
    void showChunk(const QString& key);

    std::vector<rag::Passage> m_passages;
    QLabel* m_title;
    QLabel* m_note;
    RecordModel* m_model;
    TableView* m_table;
    QPlainTextEdit* m_text;
};

} // namespace gatehouse::ui
