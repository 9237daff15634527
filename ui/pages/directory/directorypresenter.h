// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/services.h"
#include "ui/pages/changes/changeflow.h"
#include "ui/pages/directory/directorydraft.h"

#include <QtCore/QPointer>
#include <QtGui/QUndoStack>

#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// A service as the dialog shows it, with the draft.
struct DirectoryRow
{
    gateway::ServiceFacts facts;
    QString name;                  ///< its display name; "" where it is not known
    bool described = false;        ///< the directory says something of it
    bool changedMeanwhile = false; ///< somebody else changed a drafted text
    std::set<std::size_t> drafted; ///< fields, as in gateway::DirectoryFields
};

/// What the service directory shows; a value that never changes once it is out.
struct DirectoryState
{
    enum class Phase { Waiting, Loading, Shown, Failed };
    Phase phase = Phase::Waiting;
    bool refreshing = false;
    bool gateway = false;           ///< the profile names an API Management service
    std::optional<Error> error;     ///< why there is no directory, or why it could not be read anew
    std::vector<DirectoryRow> rows; ///< by id
    QString servicesUnknown;        ///< why services that the directory does not name are missing; ""
    bool importing = false;
    std::size_t drafts = 0;     ///< services
    std::size_t characters = 0; ///< of the named value, with the draft; 0 when it would be too long
    QString whyNoEditing;       ///< "" when texts can be edited
    QString whyNoSave;          ///< "" when the draft can be handed to the review
};

/// What the company says of its services, and a draft of it that survives a refresh and the closing of the
/// dialog. Writes nothing: a draft goes to the review. No widgets. Main thread; files are read on another
/// one. Flow and clock outlive it.
class DirectoryPresenter : public QObject
{
    Q_OBJECT
public:
    DirectoryPresenter(ChangeFlow& flow, const Clock& clock, QObject* parent = nullptr);
    ~DirectoryPresenter() override;

    /// Null when nobody is signed in. Forgets everything, the draft too.
    void setServices(const jobs::Services* services);
    [[nodiscard]] EditLock& lock() const { return m_flow.lock(); }
    [[nodiscard]] std::shared_ptr<const DirectoryState> state() const;
    [[nodiscard]] QUndoStack& undoStack() { return m_undo; }

    void refresh();
    /// Shows this service too, though nobody but the log may know it. Ignored for what is no id.
    void include(const std::string& service);

    /// Drafts one text. Denied while nothing may be edited; InvalidInput names the column and changes
    /// nothing.
    [[nodiscard]] Status edit(const std::string& service, std::size_t field, const QString& typed);
    /// Drafts that nothing is said there.
    [[nodiscard]] Status clear(const std::vector<std::pair<std::string, std::size_t>>& cells);
    /// Drafts what a CSV file says; columns and services that it does not have stay. All or nothing: told by
    /// imported() or importFailed().
    void importFile(const QString& path);
    /// Every service, with the draft: those without a word too, to be filled in.
    [[nodiscard]] Status exportFile(const QString& path) const;
    void discard();
    /// Hands the draft to the review.
    [[nodiscard]] Status propose();

Q_SIGNALS:
    void changed();
    /// services: whose texts the file changes in the draft.
    void imported(int services);
    void importFailed(const gatehouse::Error& error);

private:
    class Step;

    void askServices();
    void takeFacts(const Result<jobs::FactsNow>& now);
    void takeImport(const Result<gateway::ServiceDirectory>& read);
    void takeApplied(const jobs::JournalEntry& entry);
    void push(const QString& what, const std::vector<FactEdit>& edits);
    void forgetDraft();
    [[nodiscard]] bool isOurs(const jobs::JournalEntry& entry) const;
    [[nodiscard]] QString whyNoEditing() const;
    [[nodiscard]] QString whyNoSave() const;
    [[nodiscard]] std::vector<std::string> services() const;

    ChangeFlow& m_flow;
    const Clock& m_clock;
    const jobs::Services* m_services = nullptr;
    QPointer<jobs::ChangeService> m_changes; ///< whose applied() is heard
    DirectoryState::Phase m_phase = DirectoryState::Phase::Waiting;
    bool m_refreshing = false;
    bool m_importing = false;
    bool m_proposed = false;
    std::optional<Error> m_error;
    DirectoryDraft m_draft;
    std::map<std::string, std::string> m_known; ///< services of API Management: id and display name
    std::set<std::string> m_included;
    QString m_servicesUnknown;
    QUndoStack m_undo;
    QString m_why; ///< as it was last told
    std::stop_source m_stop;
    std::stop_source m_importStop;
};

/// "Owner": a column by its place in gateway::DirectoryFields.
[[nodiscard]] QString factName(std::size_t field);

} // namespace gatehouse::ui
