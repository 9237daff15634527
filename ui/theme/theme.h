// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/seriescolors.h"
#include "ui/theme/tokens.h"

#include <QtCore/QObject>
#include <QtGui/QFont>
#include <QtGui/QIcon>
#include <QtGui/QPixmap>

#include <memory>

class QApplication;

namespace gatehouse::ui {

class Appearance;

/// The look of the program: owns the choice of theme, sets palette, style and style sheet of the application,
/// and hands out fonts, icons and series colours. One per program, made before the first widget and handed to
/// whoever paints. GUI thread. It must never be reached but through what it was handed to.
class Theme : public QObject
{
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };
    enum class Type { Body, Strong, Caption, CaptionStrong, Title, Figure, Display };

    /// askDesktop: follow the desktop's wish over D-Bus.
    Theme(QApplication& application, bool askDesktop, QObject* parent = nullptr);
    ~Theme() override;

    [[nodiscard]] Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    [[nodiscard]] const Tokens& tokens() const { return *m_tokens; }

    [[nodiscard]] QFont font(Type type) const;
    /// An icon in the text's muted colour.
    [[nodiscard]] QIcon icon(const QString& name) const;
    [[nodiscard]] QIcon icon(const QString& name, const QColor& color) const;
    [[nodiscard]] QPixmap pixmap(const QString& name, const QColor& color, int size) const;

    [[nodiscard]] SeriesColors& seriesColors() { return m_seriesColors; }
    [[nodiscard]] QColor seriesColor(const QString& kind, const QString& key) const;

Q_SIGNALS:
    /// After palette and style sheet have changed; painters update themselves.
    void changed();

private:
    void apply();

    QApplication& m_application;
    std::unique_ptr<Appearance> m_appearance;
    Mode m_mode = Mode::System;
    const Tokens* m_tokens = nullptr;
    QFont m_font;
    SeriesColors m_seriesColors;
};

/// "system", "light", "dark"; anything else is the system's wish.
[[nodiscard]] Theme::Mode themeModeFrom(const std::string& name);
[[nodiscard]] std::string toString(Theme::Mode mode);

} // namespace gatehouse::ui
