// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/asklist.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QStyledItemDelegate>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int AskRowHeight = 46;

class AskDelegate : public QStyledItemDelegate
{
public:
    AskDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& /*option*/,
                                 const QModelIndex& /*index*/) const override
    {
        return {120, AskRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_theme.tokens();
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, tokens.accentSoft);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, tokens.hover);
        const QRect area =
            option.rect.adjusted(metric::Space3, metric::Space1, -metric::Space2, -metric::Space1);
        const auto line = [&](const QString& text, Theme::Type type, const QColor& color, int top) {
            painter->setFont(m_theme.font(type));
            painter->setPen(color);
            painter->drawText(QRect(area.left(), area.top() + top, area.width(), area.height() / 2),
                              Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                              painter->fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
        };
        const bool problem = index.data(AskListModel::ProblemRole).toBool();
        line(index.data().toString(), Theme::Type::Body, tokens.text, 0);
        line(index.data(AskListModel::TextRole).toString(), Theme::Type::Caption,
             problem ? tokens.bad : tokens.muted, area.height() / 2);
        const QVariant progress = index.data(AskListModel::ProgressRole);
        if (progress.isValid()) {
            const QRect track(area.left(), option.rect.bottom() - 3, area.width(), 2);
            painter->fillRect(track, tokens.line);
            const double share = progress.toDouble();
            painter->fillRect(share < 0 ? track
                                        : QRect(track.left(), track.top(), qRound(track.width() * share), 2),
                              share < 0 ? tokens.accentSoft : tokens.accent);
        }
        painter->restore();
    }

private:
    const Theme& m_theme;
};

} // namespace

void AskListModel::setRows(std::vector<AskRow> rows)
{
    const auto has = [](const std::vector<AskRow>& all, const QString& key) {
        return std::any_of(all.begin(), all.end(), [&](const AskRow& row) { return row.key == key; });
    };
    for (int at = static_cast<int>(m_rows.size()) - 1; at >= 0; --at) {
        if (has(rows, m_rows[at].key))
            continue;
        beginRemoveRows({}, at, at);
        m_rows.erase(m_rows.begin() + at);
        endRemoveRows();
    }
    for (int at = 0; at < static_cast<int>(rows.size()); ++at) {
        const auto old = std::find_if(m_rows.begin(), m_rows.end(),
                                      [&](const AskRow& row) { return row.key == rows[at].key; });
        const int from = static_cast<int>(old - m_rows.begin());
        if (old == m_rows.end()) {
            beginInsertRows({}, at, at);
            m_rows.insert(m_rows.begin() + at, rows[at]);
            endInsertRows();
            continue;
        }
        if (from != at) {
            beginMoveRows({}, from, from, {}, at);
            std::rotate(m_rows.begin() + at, m_rows.begin() + from, m_rows.begin() + from + 1);
            endMoveRows();
        }
        if (m_rows[at] != rows[at]) {
            m_rows[at] = rows[at];
            Q_EMIT dataChanged(index(at), index(at));
        }
    }
}

int AskListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant AskListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const AskRow& row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return row.title;
    case Qt::AccessibleTextRole:
        return QString(row.title + u". "_s + row.text);
    case Qt::ToolTipRole:
        return plainToolTip(row.title + u" · "_s + row.text);
    case TextRole:
        return row.text;
    case KeyRole:
        return row.key;
    case ProgressRole:
        return row.progress ? QVariant(*row.progress) : QVariant();
    case ProblemRole:
        return row.problem;
    default:
        return {};
    }
}

AskList::AskList(const Theme& theme, const QString& objectName, const QString& accessibleName)
    : m_theme(theme)
    , m_model(new AskListModel(this))
{
    nameWidget(this, objectName, accessibleName);
    setModel(m_model);
    setItemDelegate(new AskDelegate(theme, this));
    setUniformItemSizes(true);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(this, &QListView::doubleClicked, this, [this](const QModelIndex& index) {
        Q_EMIT opened(index.data(AskListModel::KeyRole).toString());
    });
}

QString AskList::currentKey() const
{
    return currentIndex().data(AskListModel::KeyRole).toString();
}

void AskList::setCurrentKey(const QString& key)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->rows()[row].key == key) {
            if (currentIndex().row() != row)
                setCurrentIndex(m_model->index(row));
            return;
        }
    }
    setCurrentIndex({});
}

void AskList::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void AskList::keyPressEvent(QKeyEvent* event)
{
    const QString key = currentKey();
    if (!key.isEmpty() && event->modifiers() == Qt::NoModifier) {
        switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            Q_EMIT opened(key);
            return;
        case Qt::Key_Delete:
            Q_EMIT removed(key);
            return;
        case Qt::Key_F2:
            Q_EMIT renamed(key);
            return;
        default:
            break;
        }
    }
    QListView::keyPressEvent(event);
}

void AskList::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QListView::currentChanged(current, previous);
    Q_EMIT currentKeyChanged(current.data(AskListModel::KeyRole).toString());
}

void AskList::paintEvent(QPaintEvent* event)
{
    QListView::paintEvent(event);
    if (m_model->rowCount() > 0 || m_emptyText.isEmpty())
        return;
    QPainter painter(viewport());
    painter.setPen(m_theme.tokens().muted);
    painter.setFont(m_theme.font(Theme::Type::Caption));
    painter.drawText(viewport()->rect().adjusted(metric::Space3, metric::Space3, -metric::Space3, 0),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_emptyText);
}

} // namespace gatehouse::ui
