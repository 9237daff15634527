// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QPlainTextEdit>

class QLabel;
class QPushButton;

namespace gatehouse::ui {

class Theme;

/// The text of a question. Return sends, Shift+Return is a new line; files that are dropped on it are left to
/// whoever is around it.
class QuestionEdit : public QPlainTextEdit
{
    Q_OBJECT
public:
    QuestionEdit();
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void sendRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void insertFromMimeData(const QMimeData* source) override;
    void dragEnterEvent(QDragEnterEvent* event) override;

private:
    void fit();
};

/// Where a question is written and sent, or an answer stopped.
class Composer : public QFrame
{
    Q_OBJECT
public:
    explicit Composer(const Theme& theme);

    [[nodiscard]] QuestionEdit& edit() { return *m_edit; }
    [[nodiscard]] QString text() const;
    void setText(const QString& text);
    void setAnswering(bool answering);
    /// why "" enables it.
    void setBlocked(const QString& why);
    /// "" shows the hint about keys.
    void setProblem(const QString& text);

Q_SIGNALS:
    void sendRequested();
    void stopRequested();
    void attachRequested();

private:
    void showHint();
    void restyle();

    const Theme& m_theme;
    QuestionEdit* m_edit;
    QLabel* m_hint;
    QPushButton* m_attach;
    QPushButton* m_send;
    bool m_answering = false;
    QString m_blocked;
    QString m_problem;
};

} // namespace gatehouse::ui
