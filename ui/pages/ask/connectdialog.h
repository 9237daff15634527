// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/connect.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace gatehouse::ui {

class Segments;
class Theme;

/// For the developer who wants to call the gateway from code: the code, filled in, to copy.
class ConnectDialog : public QDialog
{
    Q_OBJECT
public:
    /// local: the gateway is the embedded one, whose tokens DefaultAzureCredential does not get.
    ConnectDialog(const Theme& theme, const rag::ConnectTarget& target, bool local, QWidget* parent);

    void showSnippet(rag::Snippet snippet);
    /// Names to choose from for the calling service.
    void setServices(const QStringList& names);
    [[nodiscard]] QString text() const;

private:
    void build();
    void fill();
    [[nodiscard]] rag::ConnectTarget target() const;

    QString m_apiVersion;
    QLineEdit* m_endpoint;
    QLineEdit* m_deployment;
    QComboBox* m_service;
    QLineEdit* m_scope;
    QLineEdit* m_namespace;
    QLineEdit* m_clientId;
    Segments* m_tabs;
    QPlainTextEdit* m_text;
    QLabel* m_note;
};

} // namespace gatehouse::ui
