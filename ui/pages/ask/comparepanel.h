// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/comparepresenter.h"

#include <QtWidgets/QWidget>

#include <array>

class QComboBox;
class QFrame;
class QLabel;
class QPushButton;

namespace gatehouse::ui {

class AnswerPrices;
class AnswerView;
class QuestionEdit;
class RecordModel;
class TableView;
class Theme;

/// The same question at two or three targets side by side, and a table of what differs.
class ComparePanel : public QWidget
{
    Q_OBJECT
public:
    ComparePanel(const Theme& theme, ComparePresenter& presenter, const AnswerPrices& prices);

    [[nodiscard]] QuestionEdit& question() { return *m_question; }
    [[nodiscard]] RecordModel& differences() { return *m_model; }
    void run();

Q_SIGNALS:
    void linkChosen(const QString& address);
    void told(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Column
    {
        QFrame* frame = nullptr;
        QComboBox* target = nullptr;
        QLabel* state = nullptr;
        AnswerView* answer = nullptr;
        bool done = false;
    };
    void build(const Theme& theme);
    QFrame* buildColumn(const Theme& theme, std::size_t number);
    void fillTargets();
    void restart();
    void show();
    void showColumn(std::size_t number);
    void showDifferences();

    ComparePresenter& m_presenter;
    const AnswerPrices& m_prices;
    QuestionEdit* m_question;
    QPushButton* m_run;
    QLabel* m_note;
    std::array<Column, ComparePresenter::MostColumns> m_columns;
    RecordModel* m_model;
    TableView* m_table;
};

} // namespace gatehouse::ui
