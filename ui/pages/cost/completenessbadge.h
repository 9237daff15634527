// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

namespace gatehouse::ui {

class ElidedLabel;
class Theme;

/// How much of the calls' tokens is measured, estimated, unknown: a bar of the three parts. Solid, striped
/// and hollow, so that it needs no colour.
class ShareBar : public QWidget
{
    Q_OBJECT
public:
    explicit ShareBar(const Theme& theme);
    /// Counts; all 0 where nothing was looked at.
    void setParts(std::int64_t measured, std::int64_t estimated, std::int64_t unknown);
    [[nodiscard]] QSize sizeHint() const override { return {120, 8}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    double m_measured = 0;
    double m_estimated = 0;
    double m_unknown = 0;
};

/// Stands beside every total: how complete the figures are, in words, and a button that says what is missing.
class CompletenessBadge : public QFrame
{
    Q_OBJECT
public:
    explicit CompletenessBadge(const Theme& theme);
    void setView(const jobs::CostView& view);

Q_SIGNALS:
    /// What is missing?
    void asked();

private:
    QLabel* m_word;
    ShareBar* m_bar;
    ElidedLabel* m_text;
    QPushButton* m_ask;
};

/// "● Complete", "▲ 12 findings", "– Not looked at yet".
[[nodiscard]] QString completenessWord(const jobs::CostView& view);

} // namespace gatehouse::ui
