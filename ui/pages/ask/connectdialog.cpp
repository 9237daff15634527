// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/connectdialog.h"

#include "ui/models/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QLineEdit* makeField(const QString& objectName, const QString& accessibleName, const std::string& text)
{
    auto* const field = new QLineEdit(fromText(text).left(300));
    nameWidget(field, objectName, accessibleName);
    field->setMaxLength(300);
    field->setCursorPosition(0);
    return field;
}

} // namespace

ConnectDialog::ConnectDialog(const Theme& /*theme*/, const rag::ConnectTarget& target, bool local,
                             QWidget* parent)
    : QDialog(parent)
    , m_apiVersion(fromText(target.apiVersion))
    , m_endpoint(makeField(u"connectEndpoint"_s, tr("Endpoint of the gateway"), target.endpoint))
    , m_deployment(makeField(u"connectDeployment"_s, tr("Deployment"), target.deployment))
    , m_service(new QComboBox)
    , m_scope(makeField(u"connectScope"_s, tr("Scope of the token"), target.scope))
    , m_namespace(makeField(u"connectNamespace"_s, tr("Kubernetes namespace"), target.kubernetesNamespace))
    , m_clientId(makeField(u"connectClientId"_s, tr("Client id of the managed identity"), target.clientId))
    , m_tabs(new Segments(u"connectTabs"_s, tr("Language"),
                          {u"Python"_s, u"Node.js"_s, u"C#"_s, u"curl"_s, u"Kubernetes"_s}))
    , m_text(new QPlainTextEdit)
    , m_note(makeLabel(u"connectNote"_s, "caption"))
{
    m_service->setEditable(true);
    m_service->setCurrentText(fromText(target.service));
    m_note->setText(
        local ? tr("This is the embedded gateway: it takes tokens of its own identity service, not those of "
                   "DefaultAzureCredential. Elsewhere the code runs as it stands.")
              : tr("No key anywhere: the code signs in with the identity that it runs as, which needs the "
                   "app role AI.User of the gateway."));
    build();
    fill();
}

void ConnectDialog::build()
{
    nameWidget(this, u"connectDialog"_s, tr("Connect a service"));
    setWindowTitle(tr("Connect a service"));
    setAttribute(Qt::WA_DeleteOnClose);
    nameWidget(m_service, u"connectService"_s, tr("The service that calls"));
    nameWidget(m_text, u"connectText"_s, tr("The code"));
    m_service->lineEdit()->setMaxLength(300);
    m_service->lineEdit()->setPlaceholderText(u"your-service"_s);
    m_deployment->setPlaceholderText(u"gpt-4o"_s);
    m_namespace->setPlaceholderText(u"default"_s);
    m_clientId->setPlaceholderText(u"00000000-0000-0000-0000-000000000000"_s);
    m_text->setReadOnly(true);
    m_text->setFont(codeFont());
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_note->setWordWrap(true);
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, u"connectCopy"_s, tr("Copy the code"));
    copy->setProperty("kind", u"primary"_s);
    auto* const close = new QPushButton(tr("Close"));
    nameWidget(close, u"connectClose"_s, tr("Close"));
    auto* const grid = new QGridLayout;
    grid->setHorizontalSpacing(metric::Space3);
    grid->setVerticalSpacing(metric::Space2);
    const auto add = [&](int row, int column, QWidget* field) {
        grid->addWidget(makeLabel(field->objectName() + u"Label"_s, "caption", field->accessibleName()), row,
                        column);
        grid->addWidget(field, row, column + 1);
    };
    add(0, 0, m_endpoint);
    add(0, 2, m_service);
    add(1, 0, m_deployment);
    add(1, 2, m_namespace);
    add(2, 0, m_scope);
    add(2, 2, m_clientId);
    auto* const buttons = new QHBoxLayout;
    buttons->addWidget(m_note, 1);
    buttons->addWidget(close);
    buttons->addWidget(copy);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addLayout(grid);
    column->addWidget(m_tabs, 0, Qt::AlignLeft);
    column->addWidget(m_text, 1);
    column->addLayout(buttons);
    resize(900, 640);
    for (QLineEdit* const field : {m_endpoint, m_deployment, m_scope, m_namespace, m_clientId})
        connect(field, &QLineEdit::textChanged, this, &ConnectDialog::fill);
    connect(m_service, &QComboBox::currentTextChanged, this, &ConnectDialog::fill);
    connect(m_tabs, &Segments::chosen, this, &ConnectDialog::fill);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
}

rag::ConnectTarget ConnectDialog::target() const
{
    rag::ConnectTarget target;
    const auto typed = [](const QLineEdit* field) { return field->text().trimmed().toStdString(); };
    target.endpoint = typed(m_endpoint);
    target.deployment = typed(m_deployment);
    target.service = m_service->currentText().trimmed().toStdString();
    target.scope = typed(m_scope);
    target.kubernetesNamespace = typed(m_namespace);
    target.clientId = typed(m_clientId);
    target.apiVersion = m_apiVersion.toStdString();
    return target;
}

void ConnectDialog::fill()
{
    m_text->setPlainText(fromText(rag::snippetText(rag::AllSnippets.at(m_tabs->current()), target())));
}

void ConnectDialog::showSnippet(rag::Snippet snippet)
{
    m_tabs->setCurrent(static_cast<int>(snippet));
    fill();
}

void ConnectDialog::setServices(const QStringList& names)
{
    const QString typed = m_service->currentText();
    m_service->clear();
    for (const QString& name : names)
        m_service->addItem(name.left(300));
    m_service->setCurrentText(typed);
}

QString ConnectDialog::text() const
{
    return m_text->toPlainText();
}

} // namespace gatehouse::ui
