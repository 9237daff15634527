// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandpalette.h"

#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QFrame>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int CommandHeight = 34;
constexpr int GroupRole = Qt::UserRole + 1;
constexpr int KeysRole = Qt::UserRole + 2;

class CommandDelegate : public QStyledItemDelegate
{
public:
    CommandDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {}

    QSize sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& /*index*/) const override
    {
        return {200, CommandHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_theme.tokens();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect row = option.rect.adjusted(metric::Space2, 1, -metric::Space2, -1);
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(tokens.accentSoft);
            painter->drawRoundedRect(row, 4, 4);
        }
        const QRect text = row.adjusted(metric::Space2, 0, -metric::Space2, 0);
        painter->setFont(m_theme.font(Theme::Type::Caption));
        painter->setPen(tokens.muted);
        const QString aside = index.data(KeysRole).toString();
        painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter,
                          aside.isEmpty() ? index.data(GroupRole).toString()
                                          : index.data(GroupRole).toString() + u" · "_s + aside);
        painter->setFont(m_theme.font(Theme::Type::Body));
        painter->setPen(tokens.text);
        const QString shown = QFontMetrics(painter->font())
                                  .elidedText(index.data().toString(), Qt::ElideMiddle, text.width() - 160);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter, shown);
        painter->restore();
    }

private:
    const Theme& m_theme;
};

} // namespace

int fuzzyScore(const QString& text, const QString& needle)
{
    int score = 0;
    qsizetype at = 0;
    qsizetype previous = -2;
    for (const QChar letter : needle) {
        if (letter.isSpace())
            continue;
        const qsizetype found = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (found < 0)
            return -1;
        if (found == previous + 1)
            score += 6; // letters in a row
        if (found == 0 || text[found - 1].isSpace())
            score += 8; // the beginning of a word
        score -= static_cast<int>(std::min<qsizetype>(found - at, 4));
        previous = found;
        at = found + 1;
    }
    return std::max(0, score + 20);
}

CommandPalette::CommandPalette(const Theme& theme, std::vector<Command> commands, QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint)
    , m_theme(theme)
    , m_commands(std::move(commands))
    , m_input(new QLineEdit)
    , m_list(new QListView)
    , m_model(new QStandardItemModel(this))
{
    nameWidget(this, u"commandPalette"_s, tr("Search pages and commands"));
    nameWidget(m_input, u"paletteInput"_s, tr("What to look for"));
    nameWidget(m_list, u"paletteList"_s, tr("What was found"));
    m_input->setProperty("role", u"palette"_s);
    m_input->setPlaceholderText(tr("Go to a page, choose a range, run a command…"));
    m_input->setFrame(false);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CommandDelegate(theme, m_list));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    auto* const frame = new QFrame;
    frame->setProperty("surface", u"raised"_s);
    nameWidget(frame, u"paletteFrame"_s, tr("Search pages and commands"));
    auto* const rule = new QFrame;
    rule->setProperty("rule", true);
    rule->setFixedHeight(1);
    nameWidget(rule, u"paletteRule"_s, tr("Separator"));
    auto* const inner = new QVBoxLayout(frame);
    inner->setContentsMargins(1, 1, 1, metric::Space2);
    inner->setSpacing(metric::Space1);
    inner->addWidget(m_input);
    inner->addWidget(rule);
    inner->addWidget(m_list, 1);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(frame);
    resize(560, 60 + CommandHeight * 9);
    m_input->installEventFilter(this);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &QListView::clicked, this, &CommandPalette::runCurrent);
    search();
    m_input->setFocus();
}

std::vector<const Command*> CommandPalette::matches() const
{
    const QString needle = m_input->text().trimmed();
    std::vector<std::pair<int, const Command*>> scored;
    for (const Command& command : m_commands) {
        const int score = std::max(fuzzyScore(command.text, needle),
                                   fuzzyScore(command.group + u' ' + command.text, needle) - 4);
        if (score >= 0)
            scored.emplace_back(score, &command);
    }
    std::stable_sort(scored.begin(), scored.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<const Command*> found;
    for (const auto& [score, command] : scored)
        found.push_back(command);
    return found;
}

void CommandPalette::search()
{
    m_found = matches();
    m_model->clear();
    for (const Command* const command : m_found) {
        auto* const item = new QStandardItem(command->text);
        item->setData(command->group, GroupRole);
        item->setData(command->keys, KeysRole);
        m_model->appendRow(item);
    }
    if (m_model->rowCount() > 0)
        m_list->setCurrentIndex(m_model->index(0, 0));
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentIndex().row();
    if (row < 0 || row >= static_cast<int>(m_found.size()))
        return;
    // The dialog is gone before the command runs: it may open another.
    const std::function<void()> run = m_found[static_cast<std::size_t>(row)]->run;
    accept();
    run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const auto* const key = static_cast<QKeyEvent*>(event);
    const int rows = m_model->rowCount();
    const int row = m_list->currentIndex().row();
    switch (key->key()) {
    case Qt::Key_Down:
        m_list->setCurrentIndex(m_model->index(std::min(row + 1, rows - 1), 0));
        return true;
    case Qt::Key_Up:
        m_list->setCurrentIndex(m_model->index(std::max(row - 1, 0), 0));
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        runCurrent();
        return true;
    default:
        return QDialog::eventFilter(watched, event);
    }
}

} // namespace gatehouse::ui
