// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/askstate.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

namespace gatehouse::ui {

class AskList;
class Theme;

/// The documents that can be asked about, and the files on their way. Says what somebody wants; does nothing.
class DocumentPanel : public QFrame
{
    Q_OBJECT
public:
    explicit DocumentPanel(const Theme& theme);

    void show(const AskState& state);
    [[nodiscard]] AskList& list() { return *m_list; }

Q_SIGNALS:
    void attachRequested();
    void chunksRequested(const std::string& documentId);
    void forgetRequested(const std::string& documentId);
    void cancelRequested(int upload);
    void retryRequested(int upload);
    void clearRequested();

private:
    void build(const Theme& theme);
    void showActions();
    void open(const QString& key);
    void remove(const QString& key);
    [[nodiscard]] const UploadLine* uploadOf(const QString& key) const;

    std::vector<UploadLine> m_uploads;
    bool m_listed = true;
    QLabel* m_title;
    QPushButton* m_attach;
    QLabel* m_drop;
    AskList* m_list;
    QPushButton* m_chunks;
    QPushButton* m_forget;
    QPushButton* m_cancel;
    QPushButton* m_retry;
    QPushButton* m_clear;
};

} // namespace gatehouse::ui
