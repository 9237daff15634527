// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/directory/directorydialog.h"

#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/directory/directorymodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/celldelegate.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtGui/QShortcut>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using DirectoryPhase = DirectoryState::Phase;

namespace {

QPushButton* makeButton(const QString& name, const QString& text, const QString& accessible)
{
    auto* const button = new QPushButton(text);
    nameWidget(button, name, accessible);
    button->setAutoDefault(false); // Return in the table edits
    return button;
}

/// A field for one text.
class FactDelegate final : public CellDelegate
{
public:
    FactDelegate(const Theme& theme, QAbstractItemView& view)
        : CellDelegate(theme, view, [] { return -1; })
    {}

    [[nodiscard]] QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& /*option*/,
                                        const QModelIndex& index) const override
    {
        const auto field = DirectoryModel::fieldOf(index.column());
        if (!field)
            return nullptr;
        auto* const line = new QLineEdit(parent);
        nameWidget(line, u"directoryEditor"_s, factName(*field));
        line->setFrame(false);
        line->setMaxLength(static_cast<int>(gateway::MaxFactLength));
        return line;
    }
};

} // namespace

DirectoryDialog::DirectoryDialog(const Theme& theme, DirectoryPresenter& presenter, QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_presenter(presenter)
    , m_filter(new QLineEdit)
    , m_import(makeButton(u"directoryImport"_s, tr("Import CSV…"), tr("Import services from a CSV file")))
    , m_export(makeButton(u"directoryExport"_s, tr("Export CSV…"), tr("Export all services as CSV")))
    , m_undo(makeButton(u"directoryUndo"_s, tr("Undo"), tr("Undo")))
    , m_redo(makeButton(u"directoryRedo"_s, tr("Redo"), tr("Redo")))
    , m_notice(new NoticeBar(theme, u"directoryNotice"_s))
    , m_stack(new QStackedWidget)
    , m_state(new StateView(theme, u"directoryState"_s))
    , m_model(new DirectoryModel(
          [this](const std::string& service, std::size_t field, const QString& typed) {
              const Status done = m_presenter.edit(service, field, typed);
              if (done)
                  tell(done);
              return done;
          },
          this))
    , m_table(new TableView(theme, *m_model, u"directoryTable"_s, tr("Services")))
    , m_tablePanel(buildTable())
    , m_caption(new ElidedLabel)
    , m_unlock(makeButton(u"directoryUnlock"_s, tr("Unlock editing"), tr("Unlock editing for 15 minutes")))
    , m_close(makeButton(u"directoryClose"_s, tr("Close"), tr("Close")))
    , m_save(makeButton(u"directorySave"_s, tr("Save…"), tr("Review and save the draft")))
{
    nameWidget(this, u"directoryDialog"_s, tr("Service directory"));
    setWindowTitle(tr("Service directory"));
    nameWidget(m_stack, u"directoryStack"_s, tr("Services"));
    m_stack->addWidget(m_tablePanel);
    m_stack->addWidget(m_state);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(buildTools());
    column->addWidget(m_notice);
    column->addWidget(m_stack, 1);
    column->addWidget(buildFoot());
    resize(1040, 620);
    addKeys();
    connect(m_state, &StateView::actionRequested, &presenter, &DirectoryPresenter::refresh);
    connect(&presenter, &DirectoryPresenter::changed, this, &DirectoryDialog::showState);
    connect(&presenter, &DirectoryPresenter::imported, this, [this](int services) {
        m_refusal.reset();
        say(services == 0 ? tr("The file says what the directory says already.")
                          : tr("Imported as a draft: %n services differ.", nullptr, services));
    });
    connect(&presenter, &DirectoryPresenter::importFailed, this,
            [this](const Error& error) { tell(fail(error)); });
    connect(&theme, &Theme::changed, this, &DirectoryDialog::showState);
    showState();
    presenter.refresh();
}

DirectoryDialog::~DirectoryDialog()
{
    // A child of the window goes after whoever listens to the presenter.
    disconnect(&m_presenter, nullptr, this, nullptr);
}

QWidget* DirectoryDialog::buildTools()
{
    nameWidget(m_filter, u"directoryFilter"_s, tr("Filter the services"));
    m_filter->setPlaceholderText(tr("Filter services"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(220);
    connect(m_filter, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_table->proxy().setFilterText(text); });
    connect(m_import, &QPushButton::clicked, this, &DirectoryDialog::askImportPath);
    connect(m_export, &QPushButton::clicked, this, &DirectoryDialog::askExportPath);
    setPlainToolTip(m_export, tr("Services without a word too, to be filled in and imported"));
    QUndoStack& stack = m_presenter.undoStack();
    setPlainToolTip(m_undo, tr("Undo the last edit of the draft (Ctrl+Z)"));
    setPlainToolTip(m_redo, tr("Redo it (Ctrl+Y)"));
    m_undo->setEnabled(stack.canUndo());
    m_redo->setEnabled(stack.canRedo());
    connect(m_undo, &QPushButton::clicked, &stack, &QUndoStack::undo);
    connect(m_redo, &QPushButton::clicked, &stack, &QUndoStack::redo);
    connect(&stack, &QUndoStack::canUndoChanged, m_undo, &QWidget::setEnabled);
    connect(&stack, &QUndoStack::canRedoChanged, m_redo, &QWidget::setEnabled);
    auto* const tools = new QWidget;
    nameWidget(tools, u"directoryTools"_s, tr("Tools"));
    auto* const row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_filter);
    row->addWidget(m_undo);
    row->addWidget(m_redo);
    row->addStretch(1);
    row->addWidget(m_import);
    row->addWidget(m_export);
    return tools;
}

QWidget* DirectoryDialog::buildTable()
{
    m_table->setItemDelegate(new FactDelegate(m_theme, *m_table));
    m_table->setEditTriggers(QTableView::EditKeyPressed);
    m_table->setEmptyText(tr("No service fits the filter"));
    connect(m_table, &TableView::rowActivated, this, &DirectoryDialog::editCell);
    connect(m_model, &DirectoryModel::refused, this, [this](const Error& error) { tell(fail(error)); });
    QFrame* const panel = makePanel(u"directoryPanel"_s, tr("Services"));
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(1, 1, 1, 1);
    column->addWidget(m_table);
    return panel;
}

QWidget* DirectoryDialog::buildFoot()
{
    m_caption->setObjectName(u"directoryCaption"_s);
    m_caption->setProperty("role", u"caption"_s);
    m_save->setProperty("kind", u"primary"_s);
    connect(m_unlock, &QPushButton::clicked, &m_presenter.lock(), &EditLock::unlock);
    connect(m_close, &QPushButton::clicked, this, &DirectoryDialog::reject);
    connect(m_save, &QPushButton::clicked, this, [this] { tell(m_presenter.propose()); });
    auto* const foot = new QWidget;
    nameWidget(foot, u"directoryFoot"_s, tr("Save or close"));
    auto* const row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_caption, 1);
    row->addWidget(m_unlock);
    row->addWidget(m_close);
    row->addWidget(m_save);
    return foot;
}

void DirectoryDialog::addKeys()
{
    const auto key = [](QWidget* where, const QKeySequence& keys, auto* context, auto&& run) {
        auto* const shortcut = new QShortcut(keys, where);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        QObject::connect(shortcut, &QShortcut::activated, context, std::forward<decltype(run)>(run));
    };
    QUndoStack* const stack = &m_presenter.undoStack();
    key(this, QKeySequence(Qt::CTRL | Qt::Key_Z), stack, &QUndoStack::undo);
    key(this, QKeySequence(Qt::CTRL | Qt::Key_Y), stack, &QUndoStack::redo);
    key(this, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), stack, &QUndoStack::redo);
    key(this, QKeySequence(Qt::CTRL | Qt::Key_F), this, [this] { m_filter->setFocus(); });
    key(this, QKeySequence(Qt::Key_F5), &m_presenter, &DirectoryPresenter::refresh);
    key(m_table, QKeySequence(Qt::Key_Delete), this, &DirectoryDialog::clearCells);
}

void DirectoryDialog::showState()
{
    const std::shared_ptr<const DirectoryState> state = m_presenter.state();
    if (state->phase == DirectoryPhase::Shown)
        m_model->show(*state, m_theme.tokens());
    showPlace(*state);
    showNotice(*state);
    showFoot(*state);
    selectWanted();
}

void DirectoryDialog::showPlace(const DirectoryState& state)
{
    if (state.phase == DirectoryPhase::Shown && !state.rows.empty()) {
        m_stack->setCurrentWidget(m_tablePanel);
        return;
    }
    StateView::Content content;
    if (state.phase == DirectoryPhase::Failed && state.error) {
        content = StateView::forError(*state.error, !state.gateway ? tr("No API Management service")
                                                    : state.error->kind == Error::Kind::Denied
                                                        ? tr("You may not see this")
                                                        : tr("The directory could not be loaded"));
        if (state.gateway)
            content.action = tr("Try again");
    } else if (state.phase == DirectoryPhase::Shown && !state.refreshing) {
        content.icon = u"inbox"_s;
        content.title = tr("No services yet");
        content.text = tr("The services are the subscriptions of the API Management service. Add one there, "
                          "or import a CSV file.");
    } else {
        content.title = tr("Loading the service directory");
        content.progress = -1.0;
    }
    m_state->setContent(content);
    m_stack->setCurrentWidget(m_state);
}

void DirectoryDialog::showNotice(const DirectoryState& state)
{
    if (state.phase != DirectoryPhase::Shown)
        m_notice->show(NoticeBar::Weight::Info, {}); // what stands in the table's place says it
    else if (m_refusal)
        m_notice->show(NoticeBar::Weight::Bad, fromText(m_refusal->message + " " + m_refusal->advice),
                       m_refusal);
    else if (state.error)
        m_notice->show(
            NoticeBar::Weight::Warning,
            tr("Not read anew: %1").arg(fromText(state.error->message + " " + state.error->advice)),
            state.error);
    else if (!m_done.isEmpty())
        m_notice->show(NoticeBar::Weight::Info, m_done);
    else if (!state.servicesUnknown.isEmpty())
        m_notice->show(NoticeBar::Weight::Warning, state.servicesUnknown);
    else if (!state.whyNoEditing.isEmpty())
        m_notice->show(NoticeBar::Weight::Info, state.whyNoEditing);
    else
        m_notice->show(NoticeBar::Weight::Info, {});
}

void DirectoryDialog::showFoot(const DirectoryState& state)
{
    const bool shown = state.phase == DirectoryPhase::Shown;
    const auto silent = std::ranges::count(state.rows, false, &DirectoryRow::described);
    QStringList parts;
    if (shown) {
        parts << tr("%n services", nullptr, static_cast<int>(state.rows.size()));
        if (silent > 0)
            parts << tr("%1 not described").arg(silent);
        if (state.drafts > 0)
            parts << tr("draft of %1").arg(state.drafts);
        const QString most = formatExact(static_cast<std::int64_t>(gateway::MaxDirectoryLength));
        parts << (state.characters > 0
                      ? tr("%1 of %2 characters")
                            .arg(formatExact(static_cast<std::int64_t>(state.characters)), most)
                      : tr("▲ more than %1 characters").arg(most));
    }
    m_caption->setFullText(parts.join(u" · "_s));
    m_filter->setEnabled(shown);
    m_export->setEnabled(shown && !state.rows.empty());
    m_import->setEnabled(state.whyNoEditing.isEmpty() && !state.importing);
    setPlainToolTip(m_import, state.whyNoEditing.isEmpty()
                                  ? tr("The whole file is checked before anything changes")
                                  : state.whyNoEditing);
    m_unlock->setVisible(shown && !m_presenter.lock().unlocked() && m_presenter.lock().mayUnlock());
    m_save->setEnabled(state.whyNoSave.isEmpty());
    setPlainToolTip(m_save, state.whyNoSave.isEmpty() ? tr("Shows what would be written, before it is")
                                                      : state.whyNoSave);
}

void DirectoryDialog::select(const QString& service)
{
    m_wanted = service;
    m_filter->clear();
    m_presenter.include(service.toStdString());
    selectWanted();
}

void DirectoryDialog::selectWanted()
{
    if (m_wanted.isEmpty())
        return;
    const QString key = DirectoryModel::keyOf(m_wanted.toStdString());
    const QAbstractItemModel& rows = *m_table->model();
    for (int row = 0; row < rows.rowCount(); ++row) {
        const QModelIndex cell = rows.index(row, DirectoryModel::Owner);
        if (cell.data(RecordModel::KeyRole).toString() != key)
            continue;
        m_wanted.clear();
        m_table->setCurrentIndex(cell);
        m_table->scrollTo(cell);
        m_table->setFocus();
        return;
    }
}

void DirectoryDialog::editCell()
{
    // The Return that ends an editor comes here too.
    if (!m_table->hasFocus())
        return;
    const QModelIndex index = m_table->currentIndex();
    if (index.flags().testFlag(Qt::ItemIsEditable))
        m_table->edit(index);
    else if (const QString why = m_presenter.state()->whyNoEditing;
             !why.isEmpty() && DirectoryModel::fieldOf(index.column()))
        say(why);
}

void DirectoryDialog::clearCells()
{
    std::vector<std::pair<std::string, std::size_t>> cells;
    for (const QModelIndex& index : m_table->selectionModel()->selectedIndexes()) {
        if (const auto field = DirectoryModel::fieldOf(index.column()))
            cells.emplace_back(DirectoryModel::serviceOf(index.data(RecordModel::KeyRole).toString()),
                               *field);
    }
    tell(m_presenter.clear(cells));
}

void DirectoryDialog::askImportPath()
{
    auto* const dialog =
        new QFileDialog(this, tr("Import CSV"), QDir::homePath(), tr("CSV files (*.csv);;All files (*)"));
    nameWidget(dialog, u"directoryImportDialog"_s, tr("Import CSV"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, &m_presenter, &DirectoryPresenter::importFile);
    dialog->open();
}

void DirectoryDialog::askExportPath()
{
    auto* const dialog =
        new QFileDialog(this, tr("Export as CSV"), QDir::homePath(), tr("CSV files (*.csv)"));
    nameWidget(dialog, u"directoryExportDialog"_s, tr("Export as CSV"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"services.csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const Status done = m_presenter.exportFile(path);
        tell(done);
        if (done)
            say(tr("Exported %n services to %1", nullptr, static_cast<int>(m_presenter.state()->rows.size()))
                    .arg(QFileInfo(path).fileName()));
    });
    dialog->open();
}

void DirectoryDialog::reject()
{
    if (m_presenter.state()->drafts > 0)
        askAboutDraft();
    else
        QDialog::reject();
}

void DirectoryDialog::askAboutDraft()
{
    auto* const box = new QMessageBox(this);
    nameWidget(box, u"directoryClosing"_s, tr("There is a draft"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setWindowTitle(tr("Service directory"));
    box->setText(tr("The draft is not saved."));
    box->setInformativeText(tr("Kept, it is here again until you sign out or open another profile."));
    const auto add = [box](const QString& name, const QString& text, QMessageBox::ButtonRole role) {
        QPushButton* const button = box->addButton(text, role);
        nameWidget(button, name, text);
        return button;
    };
    QPushButton* const keep = add(u"directoryKeep"_s, tr("Keep the draft"), QMessageBox::AcceptRole);
    QPushButton* const discard = add(u"directoryDiscard"_s, tr("Discard it"), QMessageBox::DestructiveRole);
    QPushButton* const stay = add(u"directoryStay"_s, tr("Go on editing"), QMessageBox::RejectRole);
    box->setDefaultButton(keep);
    box->setEscapeButton(stay);
    connect(keep, &QPushButton::clicked, this, [this] { QDialog::reject(); });
    connect(discard, &QPushButton::clicked, this, [this] {
        m_presenter.discard();
        QDialog::reject();
    });
    box->open();
}

void DirectoryDialog::tell(const Status& done)
{
    m_refusal = done ? std::nullopt : std::optional(done.error());
    m_done.clear();
    showNotice(*m_presenter.state());
}

void DirectoryDialog::say(const QString& what)
{
    m_done = what;
    showNotice(*m_presenter.state());
}

} // namespace gatehouse::ui
