// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/jobs/ask.h"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::cli {

/// `ask [--file F]… [--deployment D] QUESTION`: uploads the files one after the other and asks about them, or
/// about everything that the backend holds when none is named. The answer alone goes to standard output, its
/// sources and facts to standard error, or all of it as one JSON object. That the documents do not say is an
/// answer like any other.
class AskCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    void uploadNext(const Context& context);
    void uploaded(const Context& context, const Result<rag::Document>& document);
    void ask(const Context& context);
    void ended(const Context& context, const rag::AnswerFacts& facts, const std::optional<Error>& error);
    void showText(const Context& context, const rag::AnswerFacts& facts) const;
    [[nodiscard]] Json toJson(const rag::AnswerFacts& facts) const;

    std::vector<std::string> m_files;
    std::string m_deployment;
    std::string m_question;
    std::vector<rag::Document> m_documents;
    std::unique_ptr<jobs::Upload> m_upload;
    std::unique_ptr<jobs::Answer> m_answer;
    rag::Grounding m_grounding;
    std::string m_text;
};

} // namespace gatehouse::cli
