// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/changes/changeflow.h"
#include "ui/pages/health/posturepresenter.h"

namespace gatehouse::ui {

/// Which fallbacks may take over: the checks of the posture report, the one that is looked at, and the drafts
/// of certificates, exceptions and declarations, which go to the service through ChangeFlow alone.
class ParityPresenter : public PosturePresenter
{
    Q_OBJECT
public:
    /// Nothing is vouched for longer than that.
    static constexpr std::chrono::hours LongestTerm{24 * 366};

    /// The flow outlives it.
    ParityPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent = nullptr);

    [[nodiscard]] ChangeFlow& flow() const { return m_flow; }
    /// Unique among the checks.
    [[nodiscard]] static QString keyOf(const gateway::ParityCheck& check);
    void select(const QString& key);
    /// The selected check; the first one where none is, or the selected one is gone; null without any.
    [[nodiscard]] const gateway::ParityCheck* selected() const;
    /// Why the selected fallback cannot be certified now, "" when it can.
    [[nodiscard]] QString whyNotCertify() const;
    /// Why nothing can be written now, "" when it can.
    [[nodiscard]] QString whyNotWrite() const;

    // Each proposes one change of the named value, or says what is wrong with what was typed.
    [[nodiscard]] Status certify(const QString& owner, DateTime expiry);
    [[nodiscard]] Status grant(gateway::ParityPoint point, const QString& owner, const QString& reason,
                               DateTime expiry);
    [[nodiscard]] Status declareTools(const std::string& backend, const QString& tools, const QString& owner);

private:
    [[nodiscard]] Status checkEntry(const QString& owner, std::optional<DateTime> expiry) const;
    [[nodiscard]] Status propose(gateway::ParityRegister entries, const QString& title);

    ChangeFlow& m_flow;
    QString m_selected;
};

} // namespace gatehouse::ui
