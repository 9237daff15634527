// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStackedLayout>

namespace gatehouse::ui {

/// Views in one place, of which one is seen. Only that one is asked how much room it would like:
/// QStackedLayout asks them all, so that with each word that changes in a window all its hidden pages would
/// be laid out, too. Where the room must not change with the view, as in a dialog, QStackedLayout is right.
class Deck : public QStackedLayout
{
public:
    explicit Deck(QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSize() const override;
    [[nodiscard]] bool hasHeightForWidth() const override;
    [[nodiscard]] int heightForWidth(int width) const override;

private:
    /// Null: there is none yet.
    [[nodiscard]] QLayoutItem* seen() const { return itemAt(currentIndex()); }
};

} // namespace gatehouse::ui
