// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/querydialog.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

QueryDialog::QueryDialog(const QString& provenance, const QStringList& queries, QWidget* parent)
    : QDialog(parent)
{
    nameWidget(this, u"queryDialog"_s, tr("Where the figures come from"));
    setWindowTitle(tr("Where the figures come from"));
    auto* const text = new QPlainTextEdit(queries.join(u"\n\n"_s));
    nameWidget(text, u"queryText"_s, tr("The queries in KQL"));
    text->setReadOnly(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, u"queryCopy"_s, tr("Copy the queries"));
    auto* const close = new QPushButton(tr("Close"));
    nameWidget(close, u"queryClose"_s, tr("Close"));
    auto* const foot = new QHBoxLayout;
    foot->addWidget(makeLabel(u"queryProvenance"_s, "caption", provenance), 1);
    foot->addWidget(copy);
    foot->addWidget(close);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(text, 1);
    column->addLayout(foot);
    resize(820, 520);
    connect(copy, &QPushButton::clicked, this,
            [text] { QGuiApplication::clipboard()->setText(text->toPlainText()); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace gatehouse::ui
