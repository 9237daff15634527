// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/rulespanel.h"

#include "ui/models/format.h"
#include "ui/pages/routing/ruledelegate.h"
#include "ui/pages/routing/ruleexamples.h"
#include "ui/pages/routing/rulemodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QShortcut>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

enum Tool { Add, Copy, Remove, Up, Down, Undo, Redo };

} // namespace

RulesPanel::RulesPanel(const Theme& theme, RoutingPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_model(new RuleModel(this))
    , m_list(new QListView)
    , m_default(new QComboBox)
    , m_emptyText(makeLabel(u"rulesEmptyText"_s, "muted"))
    , m_discard(new QPushButton(tr("Discard")))
    , m_review(new QPushButton(tr("Review && apply")))
{
    setProperty("panel", true);
    nameWidget(this, u"rulesPanel"_s, tr("Rules"));
    build();
    follow();
}

QToolButton* RulesPanel::tool(const QString& name, const QString& text, const QString& hint,
                              const QKeySequence& keys, void (RulesPanel::*run)())
{
    auto* const button = new QToolButton;
    button->setText(text);
    button->setProperty("kind", u"quiet"_s);
    nameWidget(button, name, hint);
    button->setProperty(
        "hint", keys.isEmpty() ? hint : hint + u" ("_s + keys.toString(QKeySequence::NativeText) + u')');
    connect(button, &QToolButton::clicked, this, run);
    if (!keys.isEmpty()) {
        auto* const shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, button, &QToolButton::click);
    }
    m_tools.push_back(button);
    return button;
}

void RulesPanel::build()
{
    nameWidget(m_list, u"ruleList"_s, tr("Rules in order"));
    nameWidget(m_default, u"ruleDefault"_s, tr("Where requests go that no rule matches"));
    nameWidget(m_discard, u"rulesDiscard"_s, tr("Discard the draft"));
    nameWidget(m_review, u"rulesReview"_s, tr("Review and apply the draft"));
    m_review->setProperty("kind", u"primary"_s);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RuleDelegate(m_theme, m_list));
    m_list->setMouseTracking(true);
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDefaultDropAction(Qt::MoveAction);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_default->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_default->setMinimumContentsLength(16);

    auto* const heading = new QHBoxLayout;
    heading->setContentsMargins(metric::Space4, metric::Space2, metric::Space3, 0);
    heading->setSpacing(metric::Space2);
    heading->addWidget(makeLabel(u"rulesTitle"_s, "strong", tr("Rules")));
    auto* const caption = new ElidedLabel;
    nameWidget(caption, u"rulesCaption"_s, tr("The first rule that matches decides"));
    caption->setProperty("role", u"caption"_s);
    caption->setFullText(tr("the first that matches decides"));
    heading->addWidget(caption, 1);
    heading->addWidget(m_discard);
    heading->addWidget(m_review);
    auto* const foot = new QHBoxLayout;
    foot->setContentsMargins(metric::Space4, metric::Space2, metric::Space3, metric::Space2);
    foot->setSpacing(metric::Space3);
    foot->addWidget(makeLabel(u"ruleDefaultCaption"_s, "", tr("Otherwise")));
    foot->addWidget(m_default, 1);
    auto* const rule = new QFrame;
    rule->setProperty("rule", true);
    rule->setFixedHeight(1);
    nameWidget(rule, u"rulesLine"_s, tr("Line"));
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_list);
    buildEmpty();
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addLayout(heading);
    column->addLayout(buildTools());
    column->addLayout(m_stack, 1);
    column->addWidget(rule);
    column->addLayout(foot);
}

QHBoxLayout* RulesPanel::buildTools()
{
    auto* const tools = new QHBoxLayout;
    tools->setContentsMargins(metric::Space2, metric::Space1, metric::Space3, metric::Space1);
    tools->setSpacing(0);
    const auto put = [&](QToolButton* button) { tools->addWidget(button); };
    put(tool(u"ruleAdd"_s, tr("Add"), tr("Add a rule"), {}, &RulesPanel::add));
    put(tool(u"ruleCopy"_s, tr("Duplicate"), tr("Duplicate the rule"), QKeySequence(Qt::CTRL | Qt::Key_D),
             &RulesPanel::duplicate));
    put(tool(u"ruleRemove"_s, tr("Delete"), tr("Delete the rule"), {}, &RulesPanel::remove));
    tools->addSpacing(metric::Space2);
    put(tool(u"ruleUp"_s, u"▲"_s, tr("Move the rule up"), QKeySequence(Qt::ALT | Qt::Key_Up),
             &RulesPanel::moveUp));
    put(tool(u"ruleDown"_s, u"▼"_s, tr("Move the rule down"), QKeySequence(Qt::ALT | Qt::Key_Down),
             &RulesPanel::moveDown));
    tools->addStretch(1);
    put(tool(u"ruleUndo"_s, tr("Undo"), tr("Undo"), QKeySequence(QKeySequence::Undo), &RulesPanel::undo));
    put(tool(u"ruleRedo"_s, tr("Redo"), tr("Redo"), QKeySequence(QKeySequence::Redo), &RulesPanel::redo));
    return tools;
}

void RulesPanel::buildEmpty()
{
    auto* const empty = new QWidget;
    nameWidget(empty, u"rulesEmpty"_s, tr("There are no rules"));
    m_emptyColumn = new QVBoxLayout(empty);
    m_emptyColumn->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    m_emptyColumn->setSpacing(metric::Space2);
    m_emptyText->setWordWrap(true);
    m_emptyColumn->addWidget(makeLabel(u"rulesEmptyTitle"_s, "strong", tr("No rules yet")));
    m_emptyColumn->addWidget(m_emptyText);
    m_emptyColumn->addSpacing(metric::Space2);
    m_emptyColumn->addWidget(makeLabel(u"rulesEmptyStart"_s, "caption", tr("Start from an example")));
    m_emptyColumn->addStretch(1);
    auto* const scroll = new QScrollArea; // a low window keeps the examples within reach
    nameWidget(scroll, u"rulesEmptyScroll"_s, tr("There are no rules"));
    scroll->setWidget(empty);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    empty->setAutoFillBackground(false);
    m_stack->addWidget(scroll);
}

void RulesPanel::follow()
{
    connect(&m_history, &PlanHistory::changed, this, [this] { m_presenter.setPlan(m_history.plan()); });
    connect(&m_presenter, &RoutingPresenter::draftReplaced, this,
            [this] { m_history.reset(m_presenter.state()->draft.plan); });
    connect(m_model, &RuleModel::moveAsked, this, &RulesPanel::move);
    connect(m_model, &RuleModel::switchAsked, this, [this](int row, bool enabled) {
        gateway::RoutingRule rule = m_history.plan().rules.at(static_cast<std::size_t>(row));
        rule.enabled = enabled;
        m_history.edit(row, rule, {});
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        enableTools();
        Q_EMIT currentChanged(currentRule());
    });
    connect(m_default, &QComboBox::activated, this,
            [this](int index) { m_history.setDefault(m_default->itemData(index).toString().toStdString()); });
    connect(m_discard, &QPushButton::clicked, &m_presenter, &RoutingPresenter::discard);
    connect(m_review, &QPushButton::clicked, this, &RulesPanel::reviewAsked);
    auto* const removeKey = new QShortcut(QKeySequence(Qt::Key_Delete), m_list);
    removeKey->setContext(Qt::WidgetShortcut);
    connect(removeKey, &QShortcut::activated, m_tools[Remove], &QToolButton::click);
}

void RulesPanel::showState(const RoutingState& state)
{
    const int before = currentRule();
    m_edited = state.edited;
    m_model->setPlan(state.draft.plan, state.problems, state.hits);
    m_stack->setCurrentIndex(state.draft.plan.rules.empty() ? 1 : 0);
    if (before < 0 && m_model->rowCount() > 0)
        selectRule(0);
    showDefault(state);
    enableTools();
    if (before != currentRule())
        Q_EMIT currentChanged(currentRule());
}

void RulesPanel::showDefault(const RoutingState& state)
{
    const jobs::RoutingPolicy* const policy = state.view ? state.view->including() : nullptr;
    const QString byPolicy =
        policy == nullptr || policy->backend.empty()
            ? tr("as the API's policy says")
            : tr("%1, as the policy of “%2” says").arg(fromText(policy->backend), fromText(policy->name));
    QStringList texts{byPolicy};
    QStringList names{QString()};
    for (const std::string& target : m_presenter.targets()) {
        texts.append(fromText(target));
        names.append(fromText(target));
    }
    const QString now = fromText(state.draft.plan.defaultPool);
    if (!names.contains(now)) {
        texts.append(u"▲ "_s + now);
        names.append(now);
    }
    QStringList shown;
    for (int i = 0; i < m_default->count(); ++i)
        shown.append(m_default->itemText(i));
    if (shown != texts) { // else its list stays open during a refresh
        m_default->clear();
        for (qsizetype i = 0; i < texts.size(); ++i)
            m_default->addItem(texts[i], names[i]);
    }
    m_default->setCurrentIndex(static_cast<int>(names.indexOf(now)));
    m_emptyText->setText(now.isEmpty() ? tr("Every request goes to %1.").arg(byPolicy)
                                       : tr("Every request goes to %1.").arg(now));
    showExamples(state);
}

void RulesPanel::showExamples(const RoutingState& state)
{
    const std::string service = state.view ? state.view->serviceId : std::string();
    if (service == m_exampleService)
        return;
    m_exampleService = service; // another one has other pools
    for (QPushButton* const old : m_examples)
        old->deleteLater();
    m_examples.clear();
    for (const RuleExample& example : ruleExamples(m_presenter)) {
        auto* const button = new QPushButton(QString(example.title).replace(u'&', u"&&"_s));
        button->setProperty("kind", u"link"_s);
        nameWidget(button, u"ruleExample%1"_s.arg(m_examples.size()), example.title);
        connect(button, &QPushButton::clicked, this, [this, rule = example.rule] { insert(0, rule); });
        m_emptyColumn->insertWidget(m_emptyColumn->count() - 1, button);
        m_examples.push_back(button);
    }
}

void RulesPanel::setLocked(const QString& why)
{
    m_locked = why;
    m_model->setEditable(why.isEmpty());
    m_list->viewport()->update();
    enableTools();
}

void RulesPanel::enableTools()
{
    const bool open = m_locked.isEmpty();
    const int row = currentRule();
    const int count = m_model->rowCount();
    const auto set = [&](QWidget* button, bool can, const QString& hint) {
        button->setEnabled(open && can);
        setPlainToolTip(button, open ? hint : m_locked);
    };
    const std::vector<bool> can{true,
                                row >= 0,
                                row >= 0,
                                row > 0,
                                row >= 0 && row + 1 < count,
                                m_history.stack().canUndo(),
                                m_history.stack().canRedo()};
    for (std::size_t i = 0; i < m_tools.size(); ++i)
        set(m_tools[i], can[i], m_tools[i]->property("hint").toString());
    set(m_discard, m_edited, tr("Back to what the service has"));
    set(m_review, m_edited, m_edited ? tr("See what would be written") : tr("Nothing was changed"));
    set(m_default, true, tr("Where requests go that no rule matches"));
    for (QPushButton* const example : m_examples)
        set(example, true, tr("Adds the rule to the draft"));
}

int RulesPanel::currentRule() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() ? index.row() : -1;
}

void RulesPanel::selectRule(int row)
{
    if (row >= 0 && row < m_model->rowCount())
        m_list->setCurrentIndex(m_model->index(row));
}

void RulesPanel::insert(int row, gateway::RoutingRule rule)
{
    rule.name = freeName(m_history.plan(), rule.name);
    m_history.add(row, rule);
    selectRule(row);
}

void RulesPanel::add()
{
    gateway::RoutingRule rule;
    rule.name = tr("New rule").toStdString();
    insert(currentRule() + 1, std::move(rule));
}

void RulesPanel::duplicate()
{
    const int row = currentRule();
    if (row >= 0)
        insert(row + 1, m_history.plan().rules.at(static_cast<std::size_t>(row)));
}

void RulesPanel::remove()
{
    const int row = currentRule();
    if (row < 0)
        return;
    m_history.remove(row);
    selectRule(std::min(row, m_model->rowCount() - 1));
}

void RulesPanel::move(int from, int to)
{
    m_history.move(from, to);
    selectRule(to);
}

void RulesPanel::moveUp()
{
    move(currentRule(), currentRule() - 1);
}

void RulesPanel::moveDown()
{
    move(currentRule(), currentRule() + 1);
}

void RulesPanel::undo()
{
    m_history.stack().undo();
}

void RulesPanel::redo()
{
    m_history.stack().redo();
}

} // namespace gatehouse::ui
