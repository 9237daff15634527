// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <optional>
#include <string_view>

namespace gatehouse::ui {

/// The clipboard, as far as a secret needs it.
class Clipboard
{
public:
    Clipboard() = default;
    Clipboard(const Clipboard&) = delete;
    Clipboard& operator=(const Clipboard&) = delete;
    virtual ~Clipboard() = default;

    [[nodiscard]] virtual QString text() const = 0;
    /// Asks clipboard managers not to keep it.
    virtual void setSecret(const QString& text) = 0;
    virtual void clear() = 0;
};

/// Puts a secret on the clipboard and takes it away again 30 s later, or when it goes itself, if the
/// clipboard still holds it: what somebody copied meanwhile stays. Knows the secret by its hash only. Main
/// thread; clipboard and clock outlive it.
class ClipboardGuard : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::seconds Kept{30};

    ClipboardGuard(Clipboard& clipboard, const Clock& clock, QObject* parent = nullptr);
    ~ClipboardGuard() override;

    void copy(std::string_view secret);
    /// Until the clipboard is cleared; zero when nothing of ours is on it.
    [[nodiscard]] std::chrono::seconds remaining() const;

public Q_SLOTS:
    /// Looks at the clock; called every second while something is kept.
    void tick();

Q_SIGNALS:
    void changed();

private:
    void clearIfOurs();

    Clipboard& m_clipboard;
    const Clock& m_clock;
    QByteArray m_hash;
    std::optional<std::chrono::nanoseconds> m_until; // on the monotonic clock
    QTimer m_timer;
};

/// Overwrites the text before letting go of it. Only this copy: nobody else may share it.
void wipe(QString& text);

} // namespace gatehouse::ui
