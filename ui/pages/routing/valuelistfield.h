// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QLineEdit>

#include <functional>
#include <string>
#include <vector>

class QMenu;

namespace gatehouse::ui {

class Theme;

/// A list of values in one line, separated by commas. The button in it lists the values that the log has
/// seen, to be ticked.
class ValueListField : public QLineEdit
{
    Q_OBJECT
public:
    /// suggest is asked each time that the list opens.
    ValueListField(const Theme& theme, const QString& objectName, const QString& accessibleName,
                   std::function<std::vector<std::string>()> suggest);

    [[nodiscard]] std::vector<std::string> values() const;
    /// Leaves what is typed as it is where it means the same.
    void setValues(const std::vector<std::string>& values);

Q_SIGNALS:
    /// Typed or ticked; not by setValues.
    void valuesEdited();

private:
    void fillMenu();

    std::function<std::vector<std::string>()> m_suggest;
    QMenu* m_menu;
};

} // namespace gatehouse::ui
