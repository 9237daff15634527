// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/keys/clipboardguard.h"

namespace gatehouse::ui {

/// The desktop's clipboard. GUI thread.
class SystemClipboard final : public Clipboard
{
public:
    [[nodiscard]] QString text() const override;
    void setSecret(const QString& text) override;
    void clear() override;
};

} // namespace gatehouse::ui
