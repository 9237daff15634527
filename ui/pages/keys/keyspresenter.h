// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/keys.h"
#include "core/jobs/services.h"
#include "ui/pages/changes/editlock.h"

#include <memory>
#include <optional>
#include <stop_token>

namespace gatehouse::ui {

/// What the keys dialog shows; a value that never changes once it is out.
struct KeysState
{
    enum class Phase { Waiting, Loading, Shown, Failed };
    Phase phase = Phase::Waiting;
    std::optional<Error> error;                    ///< why there is no list
    std::shared_ptr<const jobs::KeyReport> report; ///< null without one
    std::string selected;                          ///< a subscription's id; "" none
    bool acknowledged = false;                     ///< the person has said that the callers are known
    bool working = false;                          ///< a key is being drawn
    std::optional<Error> failure;                  ///< why the last one was not
    /// The new key, until it is forgotten. Shown once.
    struct Drawn
    {
        std::string subscription;
        jobs::KeySlot slot = jobs::KeySlot::Primary;
        jobs::NewKey key;
    };
    std::optional<Drawn> drawn;

    /// Null when none is selected.
    [[nodiscard]] const jobs::KeySubscription* subscription() const;
};

/// Lists the gateway's subscriptions with who used them, and draws keys anew. A key can be drawn only while
/// editing is unlocked and after the person has acknowledged who used it. No widgets. Main thread; the lock
/// outlives it.
class KeysPresenter : public QObject
{
    Q_OBJECT
public:
    explicit KeysPresenter(EditLock& lock, QObject* parent = nullptr);
    ~KeysPresenter() override;

    /// Forgets everything, the key first.
    void setServices(const jobs::Services* services);
    [[nodiscard]] EditLock& lock() const { return m_lock; }
    [[nodiscard]] std::shared_ptr<const KeysState> state() const;

    void refresh();
    void select(const std::string& subscription);
    void acknowledge(bool yes);
    /// What the selected subscription's callers stand to lose, to be acknowledged; "" without a selection.
    [[nodiscard]] QString consequence() const;
    /// Why no key can be drawn now, "" when one can.
    [[nodiscard]] QString whyNot() const;
    /// Ignored while whyNot() says something.
    void regenerate(jobs::KeySlot slot);
    /// Lets go of the new key.
    void forget();

Q_SIGNALS:
    void changed();

private:
    EditLock& m_lock;
    const jobs::Services* m_services = nullptr;
    KeysState m_state;
    std::stop_source m_stop;
    std::stop_source m_drawStop;
};

} // namespace gatehouse::ui
