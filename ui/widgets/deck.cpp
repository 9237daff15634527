// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/deck.h"

namespace gatehouse::ui {

Deck::Deck(QWidget* parent)
    : QStackedLayout(parent)
{
    connect(this, &QStackedLayout::currentChanged, this, &QLayout::update);
}

QSize Deck::sizeHint() const
{
    const QLayoutItem* const item = seen();
    return item == nullptr ? QSize(0, 0) : item->sizeHint();
}

QSize Deck::minimumSize() const
{
    const QLayoutItem* const item = seen();
    return item == nullptr ? QSize(0, 0) : item->minimumSize();
}

bool Deck::hasHeightForWidth() const
{
    const QLayoutItem* const item = seen();
    return item != nullptr && item->hasHeightForWidth();
}

int Deck::heightForWidth(int width) const
{
    const QLayoutItem* const item = seen();
    return item == nullptr ? -1 : item->heightForWidth(width);
}

} // namespace gatehouse::ui
