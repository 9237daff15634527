// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/savedialog.h"

#include "ui/models/format.h"
#include "ui/pages/query/querynotebook.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

SaveQueryDialog::SaveQueryDialog(QueryNotebook& notebook, const QString& kql, QWidget* parent)
    : QDialog(parent)
    , m_notebook(notebook)
    , m_kql(kql)
    , m_name(new QLineEdit)
    , m_text(new QLineEdit)
    , m_problem(makeLabel(u"saveQueryProblem"_s, "bad"))
{
    nameWidget(this, u"saveQueryDialog"_s, tr("Save the query"));
    setWindowTitle(tr("Save the query"));
    nameWidget(m_name, u"saveQueryName"_s, tr("Name"));
    nameWidget(m_text, u"saveQueryText"_s, tr("A sentence about it"));
    m_name->setMaxLength(80);
    m_text->setMaxLength(300);
    auto* const save = new QPushButton(tr("Save"));
    nameWidget(save, u"saveQuerySave"_s, tr("Save"));
    save->setProperty("kind", u"primary"_s);
    save->setDefault(true);
    auto* const cancel = new QPushButton(tr("Cancel"));
    nameWidget(cancel, u"saveQueryCancel"_s, tr("Cancel"));
    auto* const buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(save);
    auto* const form = new QFormLayout(this);
    form->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    form->setSpacing(metric::Space3);
    form->addRow(makeLabel(u"saveQueryNameLabel"_s, "", tr("Name")), m_name);
    form->addRow(makeLabel(u"saveQueryTextLabel"_s, "", tr("What it answers")), m_text);
    form->addRow(m_problem);
    form->addRow(buttons);
    m_problem->hide();
    resize(460, sizeHint().height());
    connect(save, &QPushButton::clicked, this, &SaveQueryDialog::trySave);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void SaveQueryDialog::trySave()
{
    const Status done = m_notebook.save({m_name->text().trimmed().toStdString(),
                                         m_text->text().trimmed().toStdString(), m_kql.toStdString()});
    if (done) {
        accept();
        return;
    }
    m_problem->setText(fromText(done.error().message + " " + done.error().advice));
    m_problem->show();
}

} // namespace gatehouse::ui
