// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/membersdialog.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

enum Column { Backend, Priority, Weight };

} // namespace

MembersDialog::MembersDialog(const QString& pool, const std::vector<gateway::MemberDraft>& members,
                             const std::vector<std::string>& backends, Propose propose, QWidget* parent)
    : QDialog(parent)
    , m_backends(backends)
    , m_propose(std::move(propose))
    , m_table(new QTableWidget(0, 3))
    , m_more(new QComboBox)
    , m_add(new QPushButton(tr("Add")))
    , m_remove(new QPushButton(tr("Remove")))
    , m_review(new QPushButton(tr("Review && apply")))
    , m_problem(makeLabel(u"membersProblem"_s, "bad"))
{
    nameWidget(this, u"membersDialog"_s, tr("Members of a pool"));
    setWindowTitle(tr("Members of %1").arg(pool));
    build();
    for (const gateway::MemberDraft& member : members)
        addRow(member);
    fillBackends();
    check();
    connect(m_table, &QTableWidget::itemChanged, this, &MembersDialog::check);
    connect(m_add, &QPushButton::clicked, this, [this] {
        addRow({m_more->currentText().toStdString(), "1", "1"});
        fillBackends();
        check();
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        m_table->removeRow(m_table->currentRow());
        fillBackends();
        check();
    });
    connect(m_table, &QTableWidget::currentCellChanged, this,
            [this](int row) { m_remove->setEnabled(row >= 0); });
    connect(m_review, &QPushButton::clicked, this, &MembersDialog::tryPropose);
}

void MembersDialog::build()
{
    nameWidget(m_table, u"membersTable"_s, tr("Members"));
    nameWidget(m_more, u"membersMore"_s, tr("Another backend"));
    nameWidget(m_add, u"membersAdd"_s, tr("Add this backend"));
    nameWidget(m_remove, u"membersRemove"_s, tr("Remove the selected member"));
    nameWidget(m_review, u"membersReview"_s, tr("Review and apply"));
    m_review->setProperty("kind", u"primary"_s);
    auto* const cancel = new QPushButton(tr("Cancel"));
    nameWidget(cancel, u"membersCancel"_s, tr("Cancel"));
    m_table->setHorizontalHeaderLabels({tr("Backend"), tr("Priority"), tr("Weight")});
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(metric::RowHeight + 2);
    m_table->horizontalHeader()->setSectionResizeMode(Backend, QHeaderView::Stretch);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::AllEditTriggers);
    m_remove->setEnabled(false);
    m_problem->setWordWrap(true);
    QFrame* const panel = makePanel(u"membersPanel"_s, tr("Members"));
    auto* const inside = new QVBoxLayout(panel);
    inside->setContentsMargins(1, 1, 1, 1);
    inside->addWidget(m_table);
    auto* const tools = new QHBoxLayout;
    tools->addWidget(m_more, 1);
    tools->addWidget(m_add);
    tools->addWidget(m_remove);
    auto* const buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_review);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    QLabel* const note = makeLabel(
        u"membersNote"_s, "caption",
        tr("The lowest priority number serves first; the next one only when all of it have an open circuit. "
           "Within a priority, calls are shared by weight. An empty field leaves it to the service."));
    note->setWordWrap(true);
    column->addWidget(note);
    column->addWidget(panel, 1);
    column->addLayout(tools);
    column->addWidget(m_problem);
    column->addLayout(buttons);
    resize(560, 420);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void MembersDialog::addRow(const gateway::MemberDraft& member)
{
    const QSignalBlocker quiet(m_table);
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    auto* const name = new QTableWidgetItem(fromText(member.backend));
    name->setFlags(name->flags() & ~Qt::ItemIsEditable);
    m_table->setItem(row, Backend, name);
    m_table->setItem(row, Priority, new QTableWidgetItem(fromText(member.priority)));
    m_table->setItem(row, Weight, new QTableWidgetItem(fromText(member.weight)));
}

void MembersDialog::fillBackends()
{
    const auto members = typed();
    m_more->clear();
    for (const std::string& backend : m_backends) {
        if (std::ranges::find(members, backend, &gateway::MemberDraft::backend) == members.end())
            m_more->addItem(fromText(backend));
    }
    m_add->setEnabled(m_more->count() > 0);
}

std::vector<gateway::MemberDraft> MembersDialog::typed() const
{
    std::vector<gateway::MemberDraft> members;
    const auto text = [this](int row, int column) {
        return m_table->item(row, column)->text().trimmed().toStdString();
    };
    for (int row = 0; row < m_table->rowCount(); ++row)
        members.push_back({text(row, Backend), text(row, Priority), text(row, Weight)});
    return members;
}

void MembersDialog::check()
{
    QStringList sentences;
    for (const gateway::FieldProblem& problem : gateway::problemsOf(typed()))
        sentences.append(u"▲ "_s + fromText(problem.sentence));
    m_problem->setText(sentences.join(u'\n'));
    m_review->setEnabled(sentences.isEmpty());
}

void MembersDialog::tryPropose()
{
    const Status done = m_propose(typed());
    if (done) {
        accept();
        return;
    }
    m_problem->setText(u"▲ "_s + fromText(done.error().message + " " + done.error().advice));
}

} // namespace gatehouse::ui
