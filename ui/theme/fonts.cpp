// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"

#include "ui/theme/tokens.h"

#include <QtCore/QSet>
#include <QtGui/QFontDatabase>
#include <QtGui/QFontMetricsF>
#include <QtGui/QGlyphRun>
#include <QtGui/QTextLayout>

namespace gatehouse::ui {

namespace {

constexpr QLatin1StringView ShapesFamily{"DejaVu Sans"};

/// fontconfig's generic names and its last resort say nothing about what the desktop wants.
bool isGeneric(const QString& family)
{
    return family.isEmpty() || family.compare(QLatin1StringView("sans"), Qt::CaseInsensitive) == 0 ||
           family.compare(QLatin1StringView("sans serif"), Qt::CaseInsensitive) == 0 ||
           family.compare(QLatin1StringView("sans-serif"), Qt::CaseInsensitive) == 0 ||
           family == ShapesFamily;
}

} // namespace

bool hasTabularDigits(const QFont& font)
{
    const QFontMetricsF metrics(font);
    const qreal zero = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (qAbs(metrics.horizontalAdvance(QLatin1Char(digit)) - zero) > 0.01)
            return false;
    }
    return true;
}

QFont interfaceFont()
{
    QString family;
    const QFont desktop = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (!isGeneric(desktop.family()) && hasTabularDigits(desktop)) {
        family = desktop.family();
    } else {
        for (const char* const candidate :
             {"Roboto", "Noto Sans", "Segoe UI", "Open Sans", "Liberation Sans"}) {
            if (QFontDatabase::hasFamily(QLatin1StringView(candidate))) {
                family = QLatin1StringView(candidate);
                break;
            }
        }
    }
    QFont font;
    font.setFamilies(family.isEmpty() ? QStringList{ShapesFamily} : QStringList{family, ShapesFamily});
    font.setPointSizeF(metric::Body);
    font.setStyleHint(QFont::SansSerif);
    // Outlines are placed where the design says; hinted advances would make columns uneven.
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont codeFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (!QFontDatabase::isFixedPitch(font.family())) {
        for (const char* const candidate :
             {"DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono", "Courier New"}) {
            if (QFontDatabase::hasFamily(QLatin1StringView(candidate))) {
                font.setFamily(QLatin1StringView(candidate));
                break;
            }
        }
    }
    font.setPointSizeF(metric::Body);
    font.setStyleHint(QFont::Monospace);
    return font;
}

QString missingGlyphs(const QFont& font, const QString& text)
{
    QString missing;
    QSet<char32_t> seen;
    const QList<uint> characters = text.toUcs4();
    for (const uint code : characters) {
        const char32_t character = code;
        if (!QChar::isPrint(code) || QChar::isSpace(code) || seen.contains(character))
            continue;
        seen.insert(character);
        QTextLayout layout(QString::fromUcs4(&character, 1), font);
        layout.beginLayout();
        layout.createLine();
        layout.endLayout();
        const QList<QGlyphRun> runs = layout.glyphRuns();
        for (const QGlyphRun& run : runs) {
            if (run.glyphIndexes().contains(0U))
                missing += QString::fromUcs4(&character, 1);
        }
    }
    return missing;
}

} // namespace gatehouse::ui
