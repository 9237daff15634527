// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/ruleform.h"

#include "ui/models/format.h"
#include "ui/pages/routing/valuelistfield.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QStyle>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// What a budget that is no number is taken for, so that the rule cannot be written.
constexpr int WrongBudget = -1;

/// Leaves the cursor alone where the text is there already.
void putText(QLineEdit* field, const QString& text)
{
    if (field->text() == text)
        return;
    field->setText(text);
    field->setCursorPosition(0);
}

void fill(QComboBox* box, const std::vector<std::string>& entries, const QString& shown)
{
    QStringList names;
    for (const std::string& entry : entries)
        names.append(fromText(entry));
    QStringList now;
    for (int i = 0; i < box->count(); ++i)
        now.append(box->itemText(i));
    if (now != names) {
        box->clear();
        box->addItems(names);
    }
    putText(box->lineEdit(), shown);
}

QComboBox* editableBox(const QString& placeholder)
{
    auto* const box = new QComboBox;
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->lineEdit()->setPlaceholderText(placeholder);
    box->setMinimumContentsLength(8);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    return box;
}

} // namespace

RuleForm::RuleForm(const Theme& theme, Sources sources)
    : m_theme(theme)
    , m_sources(std::move(sources))
    , m_name(new QLineEdit)
    , m_target(editableBox(tr("choose a pool")))
    , m_budget(new QLineEdit)
    , m_downgrade(editableBox(tr("as asked for")))
    , m_allowed(new QCheckBox(tr("Quality allows the downgrade")))
    , m_note(new QLineEdit)
    , m_problem(makeLabel(u"ruleProblem"_s, "bad"))
{
    nameWidget(this, u"ruleForm"_s, tr("Rule"));
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        const gateway::RoutingField field = gateway::textField(i);
        m_values[i] = new ValueListField(theme, u"ruleValues%1"_s.arg(i), fieldTitle(field),
                                         [this, field] { return m_sources.suggestions(field); });
    }
    build();
    follow();
}

QLabel* RuleForm::place(QGridLayout* grid, int row, int column, const QString& caption, QWidget* field,
                        const QString& name, int columns)
{
    nameWidget(field, name, caption);
    if (const auto* const box = qobject_cast<QComboBox*>(field))
        nameWidget(box->lineEdit(), name + u"Text"_s, caption);
    QLabel* const label = makeLabel(name + u"Caption"_s, "caption", caption);
    label->setBuddy(field);
    auto* const cell = new QVBoxLayout;
    cell->setSpacing(2);
    cell->addWidget(label);
    cell->addWidget(field);
    grid->addLayout(cell, row, column, 1, columns);
    return label;
}

void RuleForm::build()
{
    auto* const grid = new QGridLayout(this);
    grid->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    grid->setHorizontalSpacing(metric::Space4);
    grid->setVerticalSpacing(metric::Space2);
    place(grid, 0, 0, tr("Name"), m_name, u"ruleName"_s);
    place(grid, 0, 1, tr("Send to"), m_target, u"ruleTarget"_s);
    for (std::size_t i = 0; i < m_values.size(); ++i)
        place(grid, 1 + static_cast<int>(i) / 2, static_cast<int>(i) % 2,
              tr("%1 is").arg(fieldTitle(gateway::textField(i))), m_values[i], m_values[i]->objectName());
    place(grid, 4, 0, tr("Budget used is above (percent)"), m_budget, u"ruleBudget"_s);
    place(grid, 4, 1, tr("Downgrade to deployment"), m_downgrade, u"ruleDowngrade"_s);
    place(grid, 5, 0, tr("Note (owner, ticket)"), m_note, u"ruleNote"_s);
    nameWidget(m_allowed, u"ruleAllowed"_s, tr("Quality allows the downgrade"));
    grid->addWidget(m_allowed, 5, 1, Qt::AlignBottom);
    grid->addWidget(m_problem, 6, 0, 1, 2);
    grid->setRowStretch(7, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    m_budget->setPlaceholderText(tr("anything"));
    m_problem->setWordWrap(true);
    m_problem->hide();
}

void RuleForm::follow()
{
    connect(m_name, &QLineEdit::textEdited, this, [this] { tell(u"name"_s); });
    connect(m_note, &QLineEdit::textEdited, this, [this] { tell(u"note"_s); });
    connect(m_budget, &QLineEdit::textEdited, this, [this] { tell(u"budget"_s); });
    connect(m_allowed, &QCheckBox::clicked, this, [this] { tell({}); });
    connect(m_target, &QComboBox::editTextChanged, this, [this] { tell(u"target"_s); });
    connect(m_downgrade, &QComboBox::editTextChanged, this, [this] { tell(u"downgrade"_s); });
    for (ValueListField* const field : m_values)
        connect(field, &ValueListField::valuesEdited, this, [this, field] { tell(field->objectName()); });
}

void RuleForm::setRule(const gateway::RoutingRule& rule)
{
    m_showing = true;
    m_rule = rule;
    if (m_name->text().toStdString() != rule.name)
        putText(m_name, fromText(rule.name));
    fill(m_target, m_sources.targets(), fromText(rule.pool));
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_values[i]->setValues(rule.match.accepted[i]);
    // A wrong number stays as it was typed.
    if (typed().match.budgetUsedAbove != rule.match.budgetUsedAbove)
        putText(m_budget,
                rule.match.budgetUsedAbove ? QString::number(*rule.match.budgetUsedAbove) : QString());
    fill(m_downgrade, m_sources.suggestions(gateway::RoutingField::Model),
         rule.downgrade ? fromText(rule.downgrade->deployment) : QString());
    m_allowed->setChecked(rule.downgrade && rule.downgrade->qualityAllows);
    m_allowed->setEnabled(m_note->isEnabled() && rule.downgrade.has_value());
    putText(m_note, fromText(rule.note));
    m_showing = false;
}

gateway::RoutingRule RuleForm::typed() const
{
    gateway::RoutingRule rule = m_rule;
    rule.name = m_name->text().toStdString();
    rule.pool = m_target->currentText().trimmed().toStdString();
    for (std::size_t i = 0; i < m_values.size(); ++i)
        rule.match.accepted[i] = m_values[i]->values();
    const QString budget = m_budget->text().trimmed();
    bool number = false;
    const int percent = budget.toInt(&number);
    rule.match.budgetUsedAbove = budget.isEmpty()         ? std::nullopt
                                 : number && percent >= 0 ? std::optional(percent)
                                                          : std::optional(WrongBudget);
    const std::string deployment = m_downgrade->currentText().trimmed().toStdString();
    rule.downgrade = deployment.empty()
                         ? std::nullopt
                         : std::optional(gateway::Downgrade{deployment, m_allowed->isChecked()});
    rule.note = m_note->text().toStdString();
    return rule;
}

void RuleForm::tell(const QString& field)
{
    if (m_showing)
        return;
    m_rule = typed();
    m_allowed->setEnabled(m_note->isEnabled() && m_rule.downgrade.has_value());
    Q_EMIT edited(m_rule, field);
}

void RuleForm::setEditable(bool editable, const QString& why)
{
    std::vector<QWidget*> fields{m_name, m_target, m_budget, m_downgrade, m_note};
    fields.insert(fields.end(), m_values.begin(), m_values.end());
    for (QWidget* const field : fields) {
        field->setEnabled(editable);
        setPlainToolTip(field, why);
    }
    m_allowed->setEnabled(editable && m_rule.downgrade.has_value());
    setPlainToolTip(m_allowed, why);
}

QWidget* RuleForm::widgetOf(PlanProblem::Field field) const
{
    switch (field) {
    case PlanProblem::Field::Name:
        return m_name;
    case PlanProblem::Field::Target:
        return m_target;
    case PlanProblem::Field::Budget:
        return m_budget;
    case PlanProblem::Field::Downgrade:
        return m_downgrade;
    }
    return m_name;
}

void RuleForm::setProblems(const std::vector<PlanProblem>& problems)
{
    using Field = PlanProblem::Field;
    QStringList sentences;
    for (const Field field : {Field::Name, Field::Target, Field::Budget, Field::Downgrade}) {
        bool wrong = false;
        for (const PlanProblem& problem : problems) {
            if (problem.field != field)
                continue;
            wrong = true;
            sentences.append(u"▲ "_s + problem.sentence);
        }
        QWidget* const widget = widgetOf(field);
        if (widget->property("wrong").toBool() == wrong)
            continue;
        widget->setProperty("wrong", wrong);
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
    m_problem->setText(sentences.join(u'\n'));
    m_problem->setVisible(!sentences.isEmpty());
}

void RuleForm::focusField(PlanProblem::Field field)
{
    widgetOf(field)->setFocus(Qt::OtherFocusReason);
}

} // namespace gatehouse::ui
