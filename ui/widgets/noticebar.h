// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QtWidgets/QFrame>

#include <optional>

class QLabel;
class QPushButton;

namespace gatehouse::ui {

class ElidedLabel;
class Theme;

/// One line above the figures: partial, stale, a setting that was set aside. Never hides what is below it.
class NoticeBar : public QFrame
{
    Q_OBJECT
public:
    enum class Weight { Info, Warning, Bad };

    NoticeBar(const Theme& theme, const QString& objectName);

    /// "" hides the bar. error adds Copy details.
    void show(Weight weight, const QString& text, const std::optional<Error>& error = std::nullopt);
    [[nodiscard]] QString text() const;

private:
    void updateIcon();

    const Theme& m_theme;
    Weight m_weight = Weight::Info;
    std::optional<Error> m_error;
    QLabel* m_icon;
    ElidedLabel* m_text;
    QPushButton* m_copy;
};

} // namespace gatehouse::ui
