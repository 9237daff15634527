// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/editor/completionpopup.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtCore/QAbstractListModel>
#include <QtGui/QPainter>
#include <QtGui/QScreen>
#include <QtWidgets/QListView>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using kql::language::Completion;
using kql::language::TokenKind;

namespace {

constexpr int CompletionHeight = 24;
constexpr int MostRows = 10;
constexpr int Width = 420;

QString wordOf(TokenKind kind)
{
    switch (kind) {
    case TokenKind::Operator:
        return CompletionPopup::tr("operator");
    case TokenKind::Function:
        return CompletionPopup::tr("function");
    case TokenKind::Table:
        return CompletionPopup::tr("table");
    case TokenKind::Column:
        return CompletionPopup::tr("column");
    case TokenKind::Type:
        return CompletionPopup::tr("type");
    case TokenKind::Keyword:
        return CompletionPopup::tr("keyword");
    default:
        return CompletionPopup::tr("name");
    }
}

} // namespace

/// The suggestions; one row each.
class CompletionModel : public QAbstractListModel
{
public:
    enum Role { KindRole = Qt::UserRole + 1 };

    using QAbstractListModel::QAbstractListModel;

    void setItems(std::vector<Completion> items)
    {
        beginResetModel();
        m_items = std::move(items);
        endResetModel();
    }
    [[nodiscard]] const std::vector<Completion>& items() const { return m_items; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_items.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const Completion& item = m_items[static_cast<std::size_t>(index.row())];
        if (role == Qt::DisplayRole)
            return fromText(item.label);
        if (role == KindRole)
            return wordOf(item.kind);
        if (role == Qt::AccessibleTextRole)
            return QString(fromText(item.label) + u", "_s + wordOf(item.kind));
        return {};
    }

private:
    std::vector<Completion> m_items;
};

namespace {

/// Name at the left, what it is at the right.
class CompletionDelegate : public QStyledItemDelegate
{
public:
    CompletionDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& /*option*/,
                                 const QModelIndex& /*index*/) const override
    {
        return {Width, CompletionHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_theme.tokens();
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, tokens.accentSoft);
        const QRect text = option.rect.adjusted(metric::Space2, 0, -metric::Space2, 0);
        const QString kind = index.data(CompletionModel::KindRole).toString();
        painter->setFont(m_theme.font(Theme::Type::Caption));
        painter->setPen(tokens.muted);
        painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, kind);
        const int room = text.width() - painter->fontMetrics().horizontalAdvance(kind) - metric::Space3;
        painter->setFont(m_theme.font(Theme::Type::Body));
        painter->setPen(tokens.text);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, room));
        painter->restore();
    }

private:
    const Theme& m_theme;
};

} // namespace

CompletionPopup::CompletionPopup(const Theme& theme, QWidget* editor)
    : QFrame(editor, Qt::ToolTip)
    , m_theme(theme)
    , m_editor(editor)
    , m_model(new CompletionModel(this))
    , m_list(new QListView)
    , m_detail(makeLabel(u"completionDetail"_s, "caption"))
{
    setProperty("surface", u"raised"_s);
    nameWidget(this, u"completion"_s, tr("Suggestions"));
    nameWidget(m_list, u"completionList"_s, tr("Suggestions"));
    setFocusPolicy(Qt::NoFocus);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CompletionDelegate(theme, this));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_detail->setWordWrap(true);
    m_detail->setContentsMargins(metric::Space2, metric::Space1, metric::Space2, metric::Space1);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addWidget(m_list, 1);
    column->addWidget(m_detail);
    setFixedWidth(Width);
    connect(m_list, &QListView::clicked, this, &CompletionPopup::choose);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        const Completion* const item = current();
        m_detail->setText(item != nullptr ? fromText(item->detail) : QString());
        m_detail->setVisible(!m_detail->text().isEmpty());
    });
    hide();
}

void CompletionPopup::showItems(std::vector<Completion> items, const QRect& caret)
{
    if (items.empty()) {
        hide();
        return;
    }
    m_model->setItems(std::move(items));
    m_list->setCurrentIndex(m_model->index(0, 0));
    place(caret);
    show();
}

void CompletionPopup::place(const QRect& caret)
{
    const int rows = std::min(MostRows, m_model->rowCount());
    m_list->setFixedHeight(rows * CompletionHeight + 2);
    adjustSize();
    QPoint corner = m_editor->mapToGlobal(caret.bottomLeft() + QPoint(0, 2));
    if (const QScreen* const screen = m_editor->screen()) {
        const QRect room = screen->availableGeometry();
        if (corner.y() + height() > room.bottom())
            corner.setY(m_editor->mapToGlobal(caret.topLeft()).y() - height() - 2);
        corner.setX(std::min(corner.x(), room.right() - width()));
    }
    move(corner);
}

bool CompletionPopup::takeKey(int key)
{
    const int row = m_list->currentIndex().row();
    const int last = m_model->rowCount() - 1;
    const auto go = [&](int wanted) {
        m_list->setCurrentIndex(m_model->index(std::clamp(wanted, 0, last), 0));
        return true;
    };
    switch (key) {
    case Qt::Key_Up:
        return go(row == 0 ? last : row - 1);
    case Qt::Key_Down:
        return go(row == last ? 0 : row + 1);
    case Qt::Key_PageUp:
        return go(row - MostRows);
    case Qt::Key_PageDown:
        return go(row + MostRows);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        choose();
        return true;
    case Qt::Key_Escape:
        hide();
        return true;
    default:
        return false;
    }
}

const Completion* CompletionPopup::current() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() ? &m_model->items()[static_cast<std::size_t>(index.row())] : nullptr;
}

void CompletionPopup::choose()
{
    const Completion* const item = current();
    hide();
    if (item != nullptr)
        Q_EMIT chosen(fromText(item->insert));
}

} // namespace gatehouse::ui
