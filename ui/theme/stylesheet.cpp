// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/stylesheet.h"

#include "ui/theme/tokens.h"

#include <QtCore/QList>

#include <utility>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

// In each text @name stands for a token.
constexpr auto Surfaces = R"(
QMainWindow, QDialog { background: @window; }
QFrame[panel="true"] { background: @panel; border: 1px solid @line; border-radius: 6px; }
QFrame[surface="navigation"] { background: @panel; border: none; border-right: 1px solid @line; }
QFrame[surface="header"] { background: @panel; border: none; border-bottom: 1px solid @line; }
QFrame[surface="status"] { background: @panel; border: none; border-top: 1px solid @line; }
QFrame[surface="raised"] { background: @raised; border: 1px solid @lineStrong; border-radius: 6px; }
QFrame[surface="code"] { background: @accentSoft; border: none; border-radius: 6px; }
QFrame[surface="drop"] { background: transparent; border: 1px dashed @lineStrong; border-radius: 6px; }
QFrame[surface="drop"][over="true"] { background: @accentSoft; border-color: @accent; }
QFrame[turn="plain"] { background: @panel; border: 1px solid @line; border-radius: 6px; }
QFrame[turn="chosen"] { background: @panel; border: 1px solid @accent; border-radius: 6px; }
QFrame[notice="info"] { background: @accentSoft; border: none; border-radius: 6px; }
QFrame[notice="warn"] { background: @warnSoft; border: none; border-radius: 6px; }
QFrame[notice="bad"] { background: @badSoft; border: none; border-radius: 6px; }
QFrame[rule="true"] { background: @line; border: none; }
QToolTip { background: @raised; color: @text; border: 1px solid @lineStrong; padding: 4px 6px; }
)"_L1;

constexpr auto Labels = R"(
QLabel { background: transparent; color: @text; }
QLabel[role="title"] { font-size: 15pt; font-weight: 600; }
QLabel[role="heading"] { font-size: 12pt; font-weight: 600; }
QLabel[role="strong"] { font-weight: 500; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="caption"] { font-size: 9pt; color: @muted; }
QLabel[role="captionStrong"] { font-size: 9pt; font-weight: 500; color: @text; }
QLabel[role="captionStrong"][mood="warn"] { color: @warn; }
QLabel[role="figure"] { font-size: 20pt; font-weight: 600; }
QLabel[role="display"] { font-size: 26pt; font-weight: 600; color: @accent; letter-spacing: 2px; }
QLabel[role="good"] { color: @good; }
QLabel[role="warn"] { color: @warn; }
QLabel[role="bad"] { color: @bad; }
QLabel[role="caption"][mood="good"] { color: @good; }
QLabel[role="caption"][mood="bad"] { color: @bad; }
QLabel[role="caption"][mood="warn"] { color: @warn; }
QLabel[role="key"] { font-size: 9pt; color: @muted; background: @window; border: 1px solid @line; border-radius: 4px;
    padding: 1px 6px; }
)"_L1;

constexpr auto Buttons = R"(
QPushButton, QToolButton { background: @panel; color: @text; border: 1px solid @lineStrong; border-radius: 6px;
    padding: 0 12px; min-height: 28px; }
QToolButton { padding: 0 8px; }
QPushButton:hover, QToolButton:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed { background: @line; }
QPushButton:disabled, QToolButton:disabled { color: @faint; border-color: @line; }
QPushButton:focus, QToolButton:focus { border-color: @accent; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 500; }
QPushButton[kind="primary"]:hover { background: @accentStrong; border-color: @accentStrong; }
QPushButton[kind="primary"]:focus { border-color: @text; }
QPushButton[kind="primary"]:disabled { background: @line; border-color: @line; color: @faint; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent; border-color: transparent; color: @muted; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: @hover; color: @text; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border-color: @accent; }
QPushButton[kind="link"] { background: transparent; border: none; color: @accent; padding: 0 2px; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton[kind="quiet"]:disabled, QToolButton[kind="quiet"]:disabled, QPushButton[kind="link"]:disabled { color: @faint; }
QToolButton[kind="nav"] { background: transparent; border: 1px solid transparent; color: @muted; text-align: left;
    padding: 0 10px; min-height: 32px; font-weight: 500; }
QToolButton[kind="nav"]:hover { background: @hover; color: @text; }
QToolButton[kind="nav"]:checked { background: @accentSoft; color: @accent; }
QToolButton[kind="nav"]:focus { border-color: @accent; }
QPushButton[kind="chip"] { background: @accentSoft; color: @text; border: 1px solid transparent; border-radius: 12px;
    padding: 0 10px; min-height: 24px; max-height: 24px; font-size: 9pt; }
QPushButton[kind="chip"]:hover { border-color: @accent; }
QPushButton[kind="chip"]:focus { border-color: @accent; }
QPushButton[kind="segment"] { background: transparent; border: 1px solid @lineStrong; border-radius: 0; color: @muted;
    padding: 0 12px; margin-left: -1px; }
QPushButton[kind="segment"][place="first"] { border-top-left-radius: 6px; border-bottom-left-radius: 6px; margin-left: 0; }
QPushButton[kind="segment"][place="last"] { border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QPushButton[kind="segment"]:hover { color: @text; background: @hover; }
QPushButton[kind="segment"]:checked { background: @accentSoft; color: @accent; font-weight: 500; }
QPushButton[kind="segment"]:focus { border-color: @accent; }
QPushButton[kind="toggle"]:checked { background: @accentSoft; color: @accent; border-color: @accent; }
)"_L1;

constexpr auto Inputs = R"(
QLineEdit, QComboBox, QDateTimeEdit, QPlainTextEdit { background: @panel; color: @text; border: 1px solid @lineStrong;
    border-radius: 6px; padding: 0 8px; min-height: 28px; selection-background-color: @accent;
    selection-color: @onAccent; }
QPlainTextEdit[kind="code"] { padding: 4px 0; border: none; border-radius: 0; }
QPlainTextEdit[kind="composer"] { padding: 2px 4px; border: none; min-height: 0; }
QPlainTextEdit[kind="reader"] { padding: 2px 0; border: none; background: transparent; }
QTextBrowser[kind="answer"] { background: transparent; border: none; padding: 0; min-height: 0;
    selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit:focus, QComboBox:focus, QDateTimeEdit:focus, QPlainTextEdit:focus { border-color: @accent; }
QLineEdit:disabled, QComboBox:disabled { color: @faint; background: @window; border-color: @line; }
QLineEdit[role="palette"] { border: none; border-radius: 0; font-size: 12pt; min-height: 44px; background: transparent; }
QLineEdit QToolButton { background: transparent; border: none; padding: 0; min-height: 0; }
QLineEdit[wrong="true"], QComboBox[wrong="true"] { border-color: @bad; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/gatehouse/icons/@chevron); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @lineStrong; selection-background-color: @accentSoft;
    selection-color: @text; outline: none; }
QDateTimeEdit::up-button, QDateTimeEdit::down-button { width: 0; border: none; }
QCheckBox { background: transparent; color: @text; spacing: 8px; }
QCheckBox:disabled { color: @faint; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @lineStrong; border-radius: 4px; background: @panel; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/gatehouse/icons/@check); }
QCheckBox::indicator:focus, QCheckBox:focus::indicator { border-color: @accent; }
QCheckBox::indicator:disabled { border-color: @line; background: @window; }
QCheckBox::indicator:checked:disabled { background: @faint; }
QMenu { background: @raised; border: 1px solid @lineStrong; border-radius: 6px; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 4px; color: @text; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @faint; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QProgressBar { background: @line; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
)"_L1;

constexpr auto Views = R"(
QAbstractItemView { background: @panel; color: @text; border: none; outline: none;
    selection-background-color: @accentSoft; selection-color: @text; }
QListWidget[kind="steps"]::item { padding: 6px 8px; border-bottom: 1px solid @line; }
QListWidget[kind="steps"]::item:selected { background: @accentSoft; color: @text; }
QHeaderView { background: @panel; border: none; }
QTableCornerButton::section { background: @panel; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @lineStrong; border-radius: 3px; margin: 3px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @line; }
)"_L1;

QColor mix(const QColor& over, const QColor& under, double share)
{
    const auto blend = [share](int a, int b) { return static_cast<int>(share * a + (1 - share) * b); };
    return {blend(over.red(), under.red()), blend(over.green(), under.green()),
            blend(over.blue(), under.blue())};
}

} // namespace

QString styleSheet(const Tokens& tokens)
{
    const double soft = tokens.dark ? 0.18 : 0.12;
    // Longer names first, since @line is the beginning of @lineStrong.
    const QList<std::pair<QString, QColor>> names{
        {u"@accentStrong"_s, mix(tokens.text, tokens.accent, 0.12)},
        {u"@accentSoft"_s, tokens.accentSoft},
        {u"@onAccent"_s, tokens.onAccent},
        {u"@accent"_s, tokens.accent},
        {u"@lineStrong"_s, tokens.lineStrong},
        {u"@line"_s, tokens.line},
        {u"@warnSoft"_s, mix(tokens.warn, tokens.panel, soft)},
        {u"@badSoft"_s, mix(tokens.bad, tokens.panel, soft)},
        {u"@window"_s, tokens.window},
        {u"@panel"_s, tokens.panel},
        {u"@raised"_s, tokens.raised},
        {u"@muted"_s, tokens.muted},
        {u"@faint"_s, tokens.faint},
        {u"@hover"_s, tokens.hover},
        {u"@good"_s, tokens.good},
        {u"@warn"_s, tokens.warn},
        {u"@bad"_s, tokens.bad},
        {u"@text"_s, tokens.text},
    };
    QString sheet = QString(Surfaces) + Labels + Buttons + Inputs + Views;
    sheet.replace(u"@chevron"_s, tokens.dark ? u"chevron-dark.svg"_s : u"chevron-light.svg"_s);
    sheet.replace(u"@check"_s, tokens.dark ? u"check-dark.svg"_s : u"check-light.svg"_s);
    for (const auto& [name, color] : names)
        sheet.replace(name, color.name(QColor::HexRgb));
    return sheet;
}

} // namespace gatehouse::ui
