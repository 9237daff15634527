// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/body.h"

#include <mutex>
#include <utility>

namespace gatehouse::http {

struct Body::Bytes
{
    std::vector<std::string> pieces; // empty once joined
    std::size_t size = 0;
    std::once_flag once;
    std::string joined;
};

Body::Body(std::string bytes)
    : m_bytes(std::make_shared<Bytes>())
{
    m_bytes->size = bytes.size();
    m_bytes->pieces.push_back(std::move(bytes));
}

Body::Body(const char* bytes)
    : Body(std::string(bytes))
{}

Body::Body(std::vector<std::string> pieces)
    : m_bytes(std::make_shared<Bytes>())
{
    for (const std::string& piece : pieces)
        m_bytes->size += piece.size();
    m_bytes->pieces = std::move(pieces);
}

const std::string& Body::text() const
{
    static const std::string Nothing;
    if (!m_bytes)
        return Nothing;
    std::call_once(m_bytes->once, [this] {
        std::vector<std::string> pieces = std::exchange(m_bytes->pieces, {});
        if (pieces.size() == 1) {
            m_bytes->joined = std::move(pieces.front());
            return;
        }
        m_bytes->joined.reserve(m_bytes->size);
        for (std::string& piece : pieces) {
            m_bytes->joined += piece;
            piece = {}; // so that never two whole copies are held
        }
    });
    return m_bytes->joined;
}

std::size_t Body::size() const
{
    return m_bytes ? m_bytes->size : 0;
}

} // namespace gatehouse::http
