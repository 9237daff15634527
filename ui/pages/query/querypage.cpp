// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/querypage.h"

#include "ui/models/format.h"
#include "ui/pages/query/editor/findbar.h"
#include "ui/pages/query/editor/kqleditor.h"
#include "ui/pages/query/querylist.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/pages/query/result/resultpanel.h"
#include "ui/pages/query/savedialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QShortcut>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <array>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

QueryPage::QueryPage(Theme& theme, QueryPresenter& presenter)
    : Page(theme, presenter, u"query"_s, tr("Query"))
    , m_theme(theme)
    , m_presenter(presenter)
    , m_tools(new QWidget)
    , m_run(new QPushButton(tr("Run")))
    , m_format(new QPushButton(tr("Format")))
    , m_save(new QPushButton(tr("Save…")))
    , m_side(new QToolButton)
    , m_list(new QueryList(theme, presenter.context(), presenter.notebook()))
    , m_editor(new KqlEditor(theme, presenter.language()))
    , m_find(new FindBar(theme, *m_editor))
    , m_result(new ResultPanel(theme, presenter.context()))
    , m_sideSplit(new QSplitter(Qt::Horizontal))
    , m_editorSplit(new QSplitter(Qt::Vertical))
{
    build();
    addKeys();
    restyle();
    connect(&theme, &Theme::changed, this, &QueryPage::restyle);
    connect(&presenter, &PagePresenter::changed, this, &QueryPage::showState);
    connect(&presenter, &QueryPresenter::schemaChanged, this, [this] {
        m_editor->setSchema(m_presenter.schema());
        m_list->setSchema(m_presenter.schema());
    });
    connect(m_editor, &KqlEditor::runRequested, this, &QueryPage::runBlock);
    connect(m_editor, &KqlEditor::recallRequested, this, &QueryPage::recall);
    connect(m_list, &QueryList::chosen, this, &QueryPage::openQuery);
    connect(m_list, &QueryList::nameChosen, this, [this](const QString& name) {
        m_editor->insertPlainText(name);
        m_editor->setFocus();
    });
    connect(m_result, &ResultPanel::told, this, &Page::told);
    connect(m_result, &ResultPanel::summaryChanged, this, &Page::summaryChanged);
    connect(m_result, &ResultPanel::cancelRequested, &presenter, &PagePresenter::cancel);
    connect(m_result, &ResultPanel::runAgainRequested, this, [this] { m_presenter.refresh(); });
    connect(m_result, &ResultPanel::whereRequested, this, &QueryPage::insertWhere);
    connect(m_result, &ResultPanel::explainRequested, this, &Page::explainRequested);
    connect(m_result, &ResultPanel::zoomed, &presenter.context(), &ViewContext::setFixed);
    connect(m_result, &ResultPanel::zoomReset, &presenter.context(), &ViewContext::resetZoom);
    connect(&presenter.notebook(), &QueryNotebook::failed, this, [this](const Error& error) {
        Q_EMIT told(tr("The queries are not remembered: %1").arg(fromText(error.message)));
    });
    showState();
}

void QueryPage::build()
{
    buildTools();
    nameWidget(m_sideSplit, u"querySideSplitter"_s, tr("Queries and editor"));
    nameWidget(m_editorSplit, u"queryEditorSplitter"_s, tr("Editor and answer"));
    QFrame* const panel = makePanel(u"queryEditorPanel"_s, tr("Editor"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->setSpacing(0);
    inner->addWidget(m_editor, 1);
    inner->addWidget(m_find);
    panel->setMinimumHeight(90);
    m_editorSplit->addWidget(panel);
    m_editorSplit->addWidget(m_result);
    m_editorSplit->setStretchFactor(0, 2);
    m_editorSplit->setStretchFactor(1, 5);
    auto* const right = new QWidget;
    nameWidget(right, u"queryWork"_s, tr("Editor and answer"));
    auto* const rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(metric::Space2);
    rightColumn->addWidget(m_tools);
    rightColumn->addWidget(m_editorSplit, 1);
    m_sideSplit->addWidget(m_list);
    m_sideSplit->addWidget(right);
    m_sideSplit->setStretchFactor(0, 0);
    m_sideSplit->setStretchFactor(1, 1);
    for (QSplitter* const splitter : {m_sideSplit, m_editorSplit}) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(metric::Space2);
        connect(splitter, &QSplitter::splitterMoved, this, &QueryPage::keepSplits);
    }
    connect(&m_result->splitter(), &QSplitter::splitterMoved, this, &QueryPage::keepSplits);
    m_sideSplit->setSizes({236, 1000});
    m_editorSplit->setSizes({210, 500});
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_sideSplit, 1);
}

void QueryPage::buildTools()
{
    nameWidget(m_tools, u"queryTools"_s, tr("Tools"));
    nameWidget(m_side, u"querySide"_s, tr("Show or hide the queries"));
    m_side->setCheckable(true);
    m_side->setChecked(true);
    m_side->setProperty("kind", u"quiet"_s);
    setPlainToolTip(m_side, tr("Show or hide the queries"));
    nameWidget(m_run, u"queryRun"_s, tr("Run the query at the caret"));
    m_run->setProperty("kind", u"primary"_s);
    nameWidget(m_format, u"queryFormat"_s, tr("Format the query"));
    setPlainToolTip(m_format, tr("Format the query at the caret (Ctrl+Shift+F)"));
    nameWidget(m_save, u"querySave"_s, tr("Save the query under a name"));
    setPlainToolTip(m_save, tr("Save the query at the caret under a name (Ctrl+S)"));
    auto* const hint = new ElidedLabel;
    hint->setObjectName(u"queryHint"_s);
    hint->setProperty("role", u"caption"_s);
    hint->setFullText(
        tr("F5 runs the block at the caret · Ctrl+Space suggests · F8 recalls the last answer"));
    auto* const row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_side);
    row->addWidget(m_run);
    row->addWidget(m_format);
    row->addWidget(m_save);
    row->addSpacing(metric::Space2);
    row->addWidget(hint, 1);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_presenter.status().refreshing)
            m_presenter.cancel();
        else
            runBlock();
    });
    connect(m_format, &QPushButton::clicked, this, &QueryPage::format);
    connect(m_save, &QPushButton::clicked, this, &QueryPage::saveBlock);
    connect(m_side, &QToolButton::toggled, m_list, &QWidget::setVisible);
}

void QueryPage::addKeys()
{
    const auto key = [this](const QKeySequence& keys, auto&& run) {
        auto* const shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, std::forward<decltype(run)>(run));
    };
    key(QKeySequence(Qt::CTRL | Qt::Key_F), [this] { m_find->open(); });
    key(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), [this] { format(); });
    key(QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_F), [this] { format(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_S), [this] { saveBlock(); });
    key(QKeySequence(Qt::Key_F8), [this] { recall(); });
    key(QKeySequence(Qt::Key_F6), [this] { nextRegion(); });
}

void QueryPage::restyle()
{
    m_side->setIcon(m_theme.icon(u"sidebar"_s));
    const bool running = m_presenter.status().refreshing;
    m_run->setIcon(m_theme.icon(running ? u"close"_s : u"play"_s, m_theme.tokens().onAccent));
}

void QueryPage::restoreMemory()
{
    const settings::QueryMemory& memory = m_presenter.notebook().memory();
    const auto restore = [](QSplitter& splitter, const std::string& state) {
        if (!state.empty())
            splitter.restoreState(QByteArray::fromBase64(QByteArray::fromStdString(state)));
    };
    restore(*m_sideSplit, memory.sideSplit);
    restore(*m_editorSplit, memory.editorSplit);
    restore(m_result->splitter(), memory.resultSplit);
    if (memory.editor.empty())
        showExample();
    else
        m_editor->setPlainText(fromText(memory.editor));
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        m_presenter.notebook().change(
            [this](settings::QueryMemory& kept) { kept.editor = m_editor->toPlainText().toStdString(); },
            true);
    });
}

void QueryPage::keepSplits()
{
    m_presenter.notebook().change(
        [this](settings::QueryMemory& kept) {
            kept.sideSplit = m_sideSplit->saveState().toBase64().toStdString();
            kept.editorSplit = m_editorSplit->saveState().toBase64().toStdString();
            kept.resultSplit = m_result->splitter().saveState().toBase64().toStdString();
        },
        true);
}

void QueryPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (m_restored)
        return;
    m_restored = true; // reading a file is nothing for the start of the window
    restoreMemory();
}

void QueryPage::showExample()
{
    openQuery(fromText(shippedQueries().front().kql), true);
}

void QueryPage::openQuery(const QString& kql, bool run)
{
    const auto at = static_cast<int>(m_editor->toPlainText().indexOf(kql));
    if (at < 0) {
        m_editor->addBlock(kql);
    } else {
        QTextCursor cursor = m_editor->textCursor();
        cursor.setPosition(at);
        m_editor->setTextCursor(cursor);
    }
    m_editor->setFocus();
    if (run)
        runBlock();
}

void QueryPage::runBlock()
{
    const QString text = m_editor->blockText();
    if (text.isEmpty()) {
        Q_EMIT told(tr("There is no query at the caret."));
        return;
    }
    m_editor->clearServiceProblem();
    m_presenter.run(text.toStdString());
}

void QueryPage::recall()
{
    if (!m_presenter.recall(m_editor->blockText().toStdString()))
        Q_EMIT told(tr("There is no answer to recall yet."));
}

void QueryPage::format()
{
    if (const Status done = m_editor->formatBlock(); !done)
        Q_EMIT told(tr("Not formatted: %1").arg(fromText(done.error().message)));
}

void QueryPage::saveBlock()
{
    auto* const dialog = new SaveQueryDialog(m_presenter.notebook(), m_editor->blockText(), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] {
        m_list->showTab(QueryList::Saved);
        Q_EMIT told(tr("Saved"));
    });
    dialog->open();
}

void QueryPage::insertWhere(const QString& clause)
{
    const std::shared_ptr<const QueryState> state = m_presenter.state();
    const TextSpan block =
        state->result ? m_editor->blockOf(fromText(state->result->kql)) : m_editor->block();
    m_editor->insertLine(block, clause);
    Q_EMIT told(tr("Added: %1. F5 runs it.").arg(clause));
}

void QueryPage::showState()
{
    const std::shared_ptr<const QueryState> state = m_presenter.state();
    m_result->show(state);
    const bool running = state->status.refreshing;
    m_run->setText(running ? tr("Cancel") : tr("Run"));
    m_run->setAccessibleName(running ? tr("Cancel") : tr("Run the query at the caret"));
    setPlainToolTip(m_run, running ? tr("Cancel (Esc)") : tr("Run the query at the caret (F5, Shift+Enter)"));
    restyle();
    const std::optional<Error>& error = state->status.error;
    if (error && error->kind == Error::Kind::InvalidInput && !running)
        m_editor->setServiceProblem(fromText(state->asked), error->position, fromText(error->message));
}

const StateView& QueryPage::stateView() const
{
    return m_result->stateView();
}

QWidget* QueryPage::filterField()
{
    return &m_result->filterField();
}

void QueryPage::nextRegion()
{
    const std::array<QWidget*, 3> regions{m_editor, &m_result->grid(), &m_list->rows()};
    std::size_t next = 0;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        if (regions[i]->hasFocus())
            next = i + 1;
    }
    for (std::size_t tried = 0; tried < regions.size(); ++tried) {
        QWidget* const region = regions[(next + tried) % regions.size()];
        if (region->isVisible()) {
            region->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
}

std::vector<Command> QueryPage::commands()
{
    std::vector<Command> all;
    const bool shown = isVisible();
    if (shown) {
        all.push_back({tr("Query"), tr("Run the query at the caret"), u"F5"_s, [this] { runBlock(); }});
        all.push_back({tr("Query"), tr("Recall the last answer"), u"F8"_s, [this] { recall(); }});
        all.push_back({tr("Query"), tr("Format the query"), u"Ctrl+Shift+F"_s, [this] { format(); }});
        all.push_back({tr("Query"), tr("Make a comment, or undo it"), u"Ctrl+/"_s,
                       [this] { m_editor->toggleComment(); }});
        all.push_back({tr("Query"), tr("Find in the query"), u"Ctrl+F"_s, [this] { m_find->open(); }});
        all.push_back({tr("Query"), tr("Save the query…"), u"Ctrl+S"_s, [this] { saveBlock(); }});
        all.push_back({tr("Query"), tr("Show the history"), {}, [this] {
                           m_side->setChecked(true);
                           m_list->showTab(QueryList::History);
                           m_list->search().setFocus();
                       }});
    }
    const auto add = [&](const std::string& name, const std::string& kql) {
        all.push_back({tr("Saved query"), fromText(name), {}, [this, kql] {
                           Q_EMIT pageRequested();
                           openQuery(fromText(kql), true);
                       }});
    };
    for (const settings::SavedQuery& query : m_presenter.notebook().memory().saved)
        add(query.name, query.kql);
    for (const ShippedQuery& query : shippedQueries())
        add(query.name, query.kql);
    return all;
}

std::vector<std::pair<QString, QString>> QueryPage::keys() const
{
    return {
        {u"F5, Shift Enter"_s, tr("Run the query at the caret")},
        {u"F8"_s, tr("Recall the last answer without asking")},
        {u"Ctrl Space"_s, tr("Suggest")},
        {u"Ctrl Enter"_s, tr("New line with a pipe")},
        {u"Ctrl Shift F"_s, tr("Format the query")},
        {u"Ctrl /"_s, tr("Make a comment, or undo it")},
        {u"Ctrl F"_s, tr("Find in the query")},
        {u"Ctrl S"_s, tr("Save the query under a name")},
        {u"F6"_s, tr("Editor, rows, list of queries")},
        {u"Alt Down"_s, tr("Filter the column of the current cell")},
        {u"Ctrl Shift Space"_s, tr("Add the selected cells to the query as where; with Alt exclude them")},
    };
}

void QueryPage::describeEmpty(QString& title, QString& text) const
{
    title = stateView().content().title;
    text = stateView().content().text;
}

} // namespace gatehouse::ui
