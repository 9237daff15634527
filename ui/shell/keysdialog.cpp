// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/keysdialog.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QGridLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

KeysDialog::KeysDialog(const std::vector<std::pair<QString, QString>>& keys, QWidget* parent)
    : QDialog(parent)
{
    nameWidget(this, u"keysDialog"_s, tr("Keys"));
    setWindowTitle(tr("Keys"));
    auto* const grid = new QGridLayout(this);
    grid->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space6);
    grid->setHorizontalSpacing(metric::Space6);
    grid->setVerticalSpacing(metric::Space2);
    int row = 0;
    for (const auto& [key, what] : keys) {
        const QString name = u"key"_s + QString::number(row);
        grid->addWidget(makeLabel(name, "key", key), row, 0, Qt::AlignLeft | Qt::AlignVCenter);
        grid->addWidget(makeLabel(name + u"Text"_s, "", what), row, 1);
        ++row;
    }
    grid->setColumnStretch(1, 1);
}

} // namespace gatehouse::ui
