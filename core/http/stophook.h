// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

#include <functional>
#include <memory>
#include <stop_token>

namespace gatehouse::http {

/// Runs an action on the context's thread once a stop is requested, from whatever thread. The action is
/// always queued, never run inside request_stop(), so nothing re-enters. It does not run any more once the
/// hook is gone. The hook must go before its context does.
class StopHook
{
public:
    StopHook() = default;
    StopHook(const std::stop_token& token, QObject* context, std::function<void()> action)
        : m_alive(std::make_shared<bool>(true))
    {
        if (!token.stop_possible())
            return;
        auto post = [context, alive = std::weak_ptr<bool>(m_alive), action = std::move(action)] {
            QMetaObject::invokeMethod(
                context,
                [alive, action] {
                    if (!alive.expired())
                        action();
                },
                Qt::QueuedConnection);
        };
        m_callback = std::make_unique<Callback>(token, std::move(post));
    }

    /// Lets go of the token.
    void reset()
    {
        m_callback.reset();
        m_alive.reset();
    }

private:
    using Callback = std::stop_callback<std::function<void()>>;

    std::shared_ptr<bool> m_alive;
    std::unique_ptr<Callback> m_callback;
};

} // namespace gatehouse::http
