// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"
#include "ui/pages/query/querypresenter.h"

class QPushButton;
class QSplitter;
class QToolButton;

namespace gatehouse::ui {

class FindBar;
class KqlEditor;
class QueryList;
class ResultPanel;

/// The KQL workbench: queries at the left, the editor above the answer.
class QueryPage : public Page
{
    Q_OBJECT
public:
    QueryPage(Theme& theme, QueryPresenter& presenter);

    [[nodiscard]] const StateView& stateView() const override;
    [[nodiscard]] QWidget* filterField() override;
    [[nodiscard]] std::vector<Command> commands() override;
    [[nodiscard]] std::vector<std::pair<QString, QString>> keys() const override;
    void refresh() override { runBlock(); }
    void showExample() override;

    [[nodiscard]] KqlEditor& editor() { return *m_editor; }
    [[nodiscard]] ResultPanel& result() { return *m_result; }
    [[nodiscard]] QueryList& list() { return *m_list; }
    /// Puts a query into the editor, or the caret into the one that is there already.
    void openQuery(const QString& kql, bool run);

public Q_SLOTS:
    void runBlock();
    void recall();
    void format();
    void saveBlock();

protected:
    void describeEmpty(QString& title, QString& text) const override;
    void showEvent(QShowEvent* event) override;

private:
    void build();
    void buildTools();
    void addKeys();
    void showState();
    void restyle();
    void restoreMemory();
    void keepSplits();
    void insertWhere(const QString& clause);
    void nextRegion();

    Theme& m_theme;
    QueryPresenter& m_presenter;
    QWidget* m_tools;
    QPushButton* m_run;
    QPushButton* m_format;
    QPushButton* m_save;
    QToolButton* m_side;
    QueryList* m_list;
    KqlEditor* m_editor;
    FindBar* m_find;
    ResultPanel* m_result;
    QSplitter* m_sideSplit;
    QSplitter* m_editorSplit;
    bool m_restored = false;
};

} // namespace gatehouse::ui
