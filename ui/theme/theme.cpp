// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "resources/resources.h"
#include "ui/theme/appearance.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/style.h"
#include "ui/theme/stylesheet.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QToolTip>

namespace gatehouse::ui {

namespace {

QPalette paletteOf(const Tokens& tokens)
{
    QPalette palette;
    palette.setColor(QPalette::Window, tokens.window);
    palette.setColor(QPalette::WindowText, tokens.text);
    palette.setColor(QPalette::Base, tokens.panel);
    palette.setColor(QPalette::AlternateBase, tokens.window);
    palette.setColor(QPalette::Text, tokens.text);
    palette.setColor(QPalette::Button, tokens.panel);
    palette.setColor(QPalette::ButtonText, tokens.text);
    palette.setColor(QPalette::BrightText, tokens.onAccent);
    palette.setColor(QPalette::ToolTipBase, tokens.raised);
    palette.setColor(QPalette::ToolTipText, tokens.text);
    palette.setColor(QPalette::PlaceholderText, tokens.faint);
    palette.setColor(QPalette::Highlight, tokens.accent);
    palette.setColor(QPalette::HighlightedText, tokens.onAccent);
    palette.setColor(QPalette::Link, tokens.accent);
    palette.setColor(QPalette::LinkVisited, tokens.accent);
    palette.setColor(QPalette::Light, tokens.raised);
    palette.setColor(QPalette::Midlight, tokens.line);
    palette.setColor(QPalette::Mid, tokens.lineStrong);
    palette.setColor(QPalette::Dark, tokens.lineStrong);
    palette.setColor(QPalette::Shadow, tokens.line);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, tokens.faint);
    return palette;
}

} // namespace

Theme::Theme(QApplication& application, bool askDesktop, QObject* parent)
    : QObject(parent)
    , m_application(application)
    , m_appearance(std::make_unique<Appearance>(askDesktop))
    , m_font(interfaceFont())
{
    initResources();
    QApplication::setStyle(new Style); // the application owns it
    QApplication::setFont(m_font);
    connect(m_appearance.get(), &Appearance::changed, this, [this] {
        if (m_mode == Mode::System)
            apply();
    });
    apply();
}

Theme::~Theme() = default;

void Theme::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    apply();
}

void Theme::apply()
{
    const bool dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_appearance->dark());
    const Tokens* const wanted = dark ? &darkTokens() : &lightTokens();
    if (wanted == m_tokens)
        return;
    m_tokens = wanted;
    const QPalette palette = paletteOf(*m_tokens);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
    // To replace a style sheet, Qt 6.4 styles each widget again for every widget that it stands in. To take
    // one away and to set one each styles it once.
    m_application.setStyleSheet({});
    m_application.setStyleSheet(styleSheet(*m_tokens));
    // What was laid out without a style sheet is laid out anew before anybody sees it.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    Q_EMIT changed();
}

QFont Theme::font(Type type) const
{
    QFont font = m_font;
    switch (type) {
    case Type::Body:
        break;
    case Type::Strong:
        font.setWeight(QFont::Medium);
        break;
    case Type::Caption:
        font.setPointSizeF(metric::Caption);
        break;
    case Type::CaptionStrong:
        font.setPointSizeF(metric::Caption);
        font.setWeight(QFont::Medium);
        break;
    case Type::Title:
        font.setPointSizeF(metric::Title);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Figure:
        font.setPointSizeF(metric::Figure);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Display:
        font.setPointSizeF(metric::Display);
        font.setWeight(QFont::DemiBold);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 2);
        break;
    }
    return font;
}

QIcon Theme::icon(const QString& name) const
{
    return icon(name, m_tokens->muted);
}

QIcon Theme::icon(const QString& name, const QColor& color) const
{
    return tintedIcon(name, color, m_tokens->faint);
}

QPixmap Theme::pixmap(const QString& name, const QColor& color, int size) const
{
    return iconPixmap(name, color, size, m_application.devicePixelRatio());
}

QColor Theme::seriesColor(const QString& kind, const QString& key) const
{
    return m_seriesColors.color(kind, key, m_tokens->unknown);
}

Theme::Mode themeModeFrom(const std::string& name)
{
    if (name == "light")
        return Theme::Mode::Light;
    return name == "dark" ? Theme::Mode::Dark : Theme::Mode::System;
}

std::string toString(Theme::Mode mode)
{
    switch (mode) {
    case Theme::Mode::Light:
        return "light";
    case Theme::Mode::Dark:
        return "dark";
    case Theme::Mode::System:
        break;
    }
    return "system";
}

} // namespace gatehouse::ui
