// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/query/language.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <stop_token>

namespace gatehouse::ui {

/// A token or an error in UTF-16 units of the editor's text.
struct TextSpan
{
    int start = 0;
    int length = 0;
};

struct ColoredSpan
{
    TextSpan span;
    kql::language::TokenKind kind = kql::language::TokenKind::Name;
};

struct TextProblem
{
    TextSpan span;
    QString message;
};

/// Reads along while somebody types: colours and errors of the text as it is now. Short texts are coloured at
/// once, long ones and all errors are worked on in another thread, a moment after the last change; what is
/// overtaken by another change is thrown away. Main thread; the language outlives it.
class EditorAssistant : public QObject
{
    Q_OBJECT
public:
    explicit EditorAssistant(const QueryLanguage& language, QObject* parent = nullptr);
    ~EditorAssistant() override;

    void setText(const QString& text);
    void setSchema(std::shared_ptr<const kql::language::Schema> schema);

    struct Suggestions
    {
        TextSpan replaced;
        std::vector<kql::language::Completion> items;
    };
    /// What may stand at a position of the text as it was last set.
    [[nodiscard]] Suggestions suggestionsAt(int position) const;
    [[nodiscard]] std::optional<kql::language::Hover> hoverAt(int position) const;
    /// The query around a position.
    [[nodiscard]] TextSpan blockAt(int position) const;
    [[nodiscard]] const std::vector<TextProblem>& problems() const { return m_problems; }
    [[nodiscard]] const QueryLanguage& language() const { return m_language; }

Q_SIGNALS:
    void colored(const std::vector<gatehouse::ui::ColoredSpan>& spans);
    void diagnosed();

private:
    using Colors = std::vector<ColoredSpan>;
    using Problems = std::vector<TextProblem>;

    void color();
    void diagnose();

    const QueryLanguage& m_language;
    std::shared_ptr<const kql::language::Schema> m_schema;
    QString m_text;
    quint64 m_revision = 0;
    Problems m_problems;
    QTimer m_colorTimer;
    QTimer m_diagnoseTimer;
};

} // namespace gatehouse::ui
