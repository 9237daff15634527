// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/anomalyruledialog.h"

#include "core/base/files.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QLineEdit* makeField(const QString& objectName, const QString& accessibleName, const QString& example)
{
    auto* const field = new QLineEdit;
    nameWidget(field, objectName, accessibleName);
    field->setPlaceholderText(example);
    return field;
}

} // namespace

AnomalyRuleDialog::AnomalyRuleDialog(const QString& workspace, QWidget* parent)
    : QDialog(parent)
    , m_workspace(makeField(u"ruleWorkspace"_s, tr("Workspace's resource id"), u"/subscriptions/…"_s))
    , m_location(makeField(u"ruleLocation"_s, tr("Region of the workspace"), u"westeurope"_s))
    , m_group(makeField(u"ruleGroup"_s, tr("Action group's resource id"), tr("nobody is told")))
    , m_error(makeLabel(u"ruleError"_s, "bad"))
    , m_text(new QPlainTextEdit)
    , m_copy(new QPushButton(tr("Copy")))
    , m_save(new QPushButton(tr("Save…")))
{
    nameWidget(this, u"anomalyRuleDialog"_s, tr("Export as an alert rule of Azure"));
    setWindowTitle(tr("Export as an alert rule of Azure"));
    nameWidget(m_text, u"ruleText"_s, tr("The rule"));
    nameWidget(m_copy, u"ruleCopy"_s, tr("Copy the rule"));
    nameWidget(m_save, u"ruleSave"_s, tr("Save the rule"));
    auto* const note = makeLabel(
        u"ruleNote"_s, "muted",
        tr("The body of a PUT of Microsoft.Insights/scheduledQueryRules. Azure runs it also when no "
           "Gatehouse "
           "is open, but such a rule looks back two days at most and knows neither weekdays nor kinds: it "
           "compares a quarter of an hour with the mean of those two days."));
    note->setWordWrap(true);
    m_error->setWordWrap(true);
    m_text->setReadOnly(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    auto* const form = new QFormLayout;
    form->setSpacing(metric::Space2);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Workspace"), m_workspace);
    form->addRow(tr("Region"), m_location);
    form->addRow(tr("Action group"), m_group);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    nameWidget(buttons, u"ruleButtons"_s, tr("Copy, save or close"));
    nameWidget(buttons->button(QDialogButtonBox::Close), u"ruleClose"_s, tr("Close"));
    buttons->addButton(m_copy, QDialogButtonBox::ActionRole);
    buttons->addButton(m_save, QDialogButtonBox::ActionRole);
    m_save->setProperty("kind", u"primary"_s);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(m_rule));
        Q_EMIT told(tr("Copied the rule"));
    });
    connect(m_save, &QPushButton::clicked, this, &AnomalyRuleDialog::askPath);
    for (QLineEdit* const field : {m_workspace, m_location, m_group})
        connect(field, &QLineEdit::textChanged, this, &AnomalyRuleDialog::showRule);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(note);
    column->addLayout(form);
    column->addWidget(m_error);
    column->addWidget(m_text, 1);
    column->addWidget(buttons);
    m_workspace->setText(workspace);
    showRule();
    (workspace.isEmpty() ? m_workspace : m_location)->setFocus();
    resize(720, 560);
}

void AnomalyRuleDialog::showRule()
{
    const auto rule = azureRule({m_workspace->text(), m_location->text(), m_group->text()});
    m_rule = rule ? *rule : std::string();
    // An empty field is not wrong yet.
    const bool begun = !m_workspace->text().isEmpty() && !m_location->text().isEmpty();
    m_error->setText(rule || !begun ? QString() : fromText(rule.error().message + " " + rule.error().advice));
    m_error->setVisible(!m_error->text().isEmpty());
    m_text->setPlainText(rule ? fromText(m_rule) : tr("Name the workspace and its region to see the rule."));
    m_copy->setEnabled(rule.has_value());
    m_save->setEnabled(rule.has_value());
}

void AnomalyRuleDialog::askPath()
{
    auto* const dialog =
        new QFileDialog(this, tr("Save the rule"), QDir::homePath(), tr("JSON files (*.json)"));
    nameWidget(dialog, u"ruleSaveDialog"_s, tr("Save the rule"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"json"_s);
    dialog->selectFile(u"gatehouse-token-spike.json"_s);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { Q_EMIT told(saveTo(path)); });
    dialog->open();
}

QString AnomalyRuleDialog::saveTo(const QString& path)
{
    const Status done = atomicWrite(QDir::toNativeSeparators(path).toStdString(), m_rule, 0644);
    if (!done) {
        m_error->setText(fromText(done.error().message + " " + done.error().advice));
        m_error->show();
        return tr("Not saved: %1").arg(fromText(done.error().message));
    }
    return tr("Saved the rule to %1").arg(QFileInfo(path).fileName());
}

} // namespace gatehouse::ui
