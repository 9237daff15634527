// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/editor/assistant.h"

#include "ui/models/format.h"
#include "ui/pages/query/editor/utf8text.h"

#include <QtConcurrent/QtConcurrentRun>

namespace gatehouse::ui {

namespace {

namespace language = kql::language;

constexpr qsizetype ShortText = 4096; ///< may be read in the GUI thread
constexpr std::chrono::milliseconds DiagnoseAfter{300};
constexpr std::chrono::milliseconds ColorLongAfter{40};

TextSpan unitsOf(const Utf8Text& text, const language::Span& span)
{
    const int start = text.unitAt(span.start);
    return {start, text.unitAt(span.start + span.length) - start};
}

std::vector<ColoredSpan> colorsOf(const QueryLanguage& functions, const QString& text,
                                  const language::Schema& schema)
{
    const Utf8Text bytes(text);
    std::vector<ColoredSpan> spans;
    for (const language::ClassifiedToken& token : functions.classify(bytes.view(), schema))
        spans.push_back({unitsOf(bytes, token.span), token.kind});
    return spans;
}

std::vector<TextProblem> problemsOf(const QueryLanguage& functions, const QString& text,
                                    const language::Schema& schema)
{
    const Utf8Text bytes(text);
    std::vector<TextProblem> problems;
    for (const language::Diagnostic& found : functions.diagnose(bytes.view(), schema))
        problems.push_back({unitsOf(bytes, found.span), fromText(found.message)});
    return problems;
}

} // namespace

EditorAssistant::EditorAssistant(const QueryLanguage& functions, QObject* parent)
    : QObject(parent)
    , m_language(functions)
    , m_schema(std::make_shared<const language::Schema>())
{
    for (QTimer* const timer : {&m_colorTimer, &m_diagnoseTimer})
        timer->setSingleShot(true);
    m_colorTimer.setInterval(ColorLongAfter);
    m_diagnoseTimer.setInterval(DiagnoseAfter);
    connect(&m_colorTimer, &QTimer::timeout, this, &EditorAssistant::color);
    connect(&m_diagnoseTimer, &QTimer::timeout, this, &EditorAssistant::diagnose);
}

EditorAssistant::~EditorAssistant() = default;

void EditorAssistant::setText(const QString& text)
{
    m_text = text;
    ++m_revision;
    if (text.size() <= ShortText)
        color();
    else
        m_colorTimer.start();
    m_diagnoseTimer.start();
}

void EditorAssistant::setSchema(std::shared_ptr<const language::Schema> schema)
{
    m_schema = std::move(schema);
    setText(m_text);
}

void EditorAssistant::color()
{
    if (m_text.size() <= ShortText) {
        Q_EMIT colored(colorsOf(m_language, m_text, *m_schema));
        return;
    }
    QtConcurrent::run([functions = &m_language, text = m_text, schema = m_schema] {
        return colorsOf(*functions, text, *schema);
    }).then(this, [this, revision = m_revision](const Colors& colors) {
        if (revision == m_revision)
            Q_EMIT colored(colors);
    });
}

void EditorAssistant::diagnose()
{
    QtConcurrent::run([functions = &m_language, text = m_text, schema = m_schema] {
        return problemsOf(*functions, text, *schema);
    }).then(this, [this, revision = m_revision](const Problems& problems) {
        if (revision != m_revision)
            return;
        m_problems = problems;
        Q_EMIT diagnosed();
    });
}

EditorAssistant::Suggestions EditorAssistant::suggestionsAt(int position) const
{
    const Utf8Text bytes(m_text);
    language::CompletionList list = m_language.complete(bytes.view(), bytes.byteAt(position), *m_schema);
    return {unitsOf(bytes, list.replaced), std::move(list.items)};
}

std::optional<language::Hover> EditorAssistant::hoverAt(int position) const
{
    const Utf8Text bytes(m_text);
    return m_language.hover(bytes.view(), bytes.byteAt(position), *m_schema);
}

TextSpan EditorAssistant::blockAt(int position) const
{
    const Utf8Text bytes(m_text);
    return unitsOf(bytes, m_language.blockAt(bytes.view(), bytes.byteAt(position)));
}

} // namespace gatehouse::ui
