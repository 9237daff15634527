// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/smoke/suite.h"
#include "core/rag/smoke/tree.h"

#include <optional>
#include <span>

namespace gatehouse::rag::smoke {

/// Reads values out of a tree and keeps the first problem. After one it goes on with empty values, which
/// nobody sees.
class TreeReader
{
public:
    [[nodiscard]] const std::optional<Error>& problem() const { return m_problem; }

protected:
    void report(const Node& node, std::string message, std::string advice = {});
    /// A text that is not empty, of at most maxBytes, on one line unless lines are allowed.
    std::string text(const Node& node, std::string_view what, std::size_t maxBytes, bool lines = false);
    /// A whole number of the range.
    std::int64_t number(const Node& node, std::string_view what, std::int64_t least, std::int64_t most);
    bool flag(const Node& node, std::string_view what);
    /// The one of names that the key is, read without regard to case, spaces, "_" and "-"; "" after a report.
    std::string_view known(const Node& key, std::string_view what, std::span<const std::string_view> names);
    bool isMap(const Node& node, std::string_view what);

private:
    std::optional<Error> m_problem;
};

/// The assertions of a case.
class AssertionReader : public TreeReader
{
protected:
    /// A list of assertions, or a map of them.
    std::vector<Assertion> assertions(const Node& node);

private:
    void addAll(const Node& map, std::vector<Assertion>& to);
    void addNamed(const Node& key, const Node& value, std::vector<Assertion>& to);
    Assertion one(Assertion::Kind kind, const Node& value);
    void readText(const Node& value, Assertion& to);
    void readPage(const Node& value, Assertion& to);
    void readTokens(const Node& value, Assertion& to);
    void readSchema(const Node& value, Assertion& to);
    std::int64_t milliseconds(const Node& value, std::string_view what);
};

} // namespace gatehouse::rag::smoke
