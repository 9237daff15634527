// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/base/utf8.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/values.h"

#include <zlib.h>

#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

/// Kusto insists on the padding, unlike the decoder for tokens.
std::optional<std::string> decodeStrictly(std::string_view text)
{
    if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos)
        return std::nullopt;
    return fromBase64(text);
}

void encodeBase64(Evaluation&, Args args, Column& out)
{
    out.appendText(toBase64(args[0].text));
}
void decodeBase64(Evaluation&, Args args, Column& out)
{
    const auto bytes = decodeStrictly(args[0].text);
    out.appendText(bytes && isValidUtf8(*bytes) ? *bytes : std::string());
}
void decodeBase64Array(Evaluation& evaluation, Args args, Column& out)
{
    const auto bytes = decodeStrictly(args[0].text);
    if (!bytes) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json = "[";
    for (const char byte : *bytes) {
        if (json.size() > 1)
            json += ',';
        appendInteger(json, static_cast<unsigned char>(byte));
    }
    json += ']';
    out.appendText(json);
}
void encodeBase64Array(Evaluation& evaluation, Args args, Column& out)
{
    const auto array = args[0].null ? std::nullopt : evaluation.json().read(args[0].text);
    std::string bytes;
    if (array && array->is_array()) {
        for (const auto item : simdjson::dom::array(*array)) {
            std::int64_t value = -1;
            if (item.get(value) != simdjson::SUCCESS || value < 0 || value > 255) {
                out.appendText("");
                return;
            }
            bytes += static_cast<char>(value);
        }
    }
    out.appendText(toBase64(bytes));
}

/// A GUID's bytes lie as Windows keeps them: its first three groups with the low byte first.
constexpr std::array<std::size_t, 16> GuidOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

int hexDigit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

void encodeBase64Guid(Evaluation&, Args args, Column& out)
{
    std::string digits;
    for (const char c : args[0].text) {
        if (c != '-')
            digits += c;
    }
    std::string bytes;
    for (const std::size_t at : GuidOrder) {
        if (2 * at + 1 < digits.size())
            bytes += static_cast<char>(hexDigit(digits[2 * at]) * 16 + hexDigit(digits[2 * at + 1]));
    }
    out.appendText(toBase64(bytes));
}
void decodeBase64Guid(Evaluation&, Args args, Column& out)
{
    const auto bytes = decodeStrictly(args[0].text);
    if (!bytes || bytes->size() != 16) {
        out.appendNull();
        return;
    }
    std::string ordered(16, '\0');
    for (std::size_t i = 0; i < 16; ++i)
        ordered[GuidOrder.at(i)] = (*bytes)[i];
    out.appendText(readGuid(toHex(ordered)).value_or(""));
}

bool isUnreserved(char c, std::string_view marks)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
}

void appendEscaped(std::string& text, std::string_view raw, std::string_view marks, std::string_view space)
{
    constexpr std::string_view Hex = "0123456789abcdef";
    for (const char c : raw) {
        if (isUnreserved(c, marks)) {
            text += c;
        } else if (c == ' ') {
            text += space;
        } else {
            text += '%';
            text += Hex[static_cast<unsigned char>(c) >> 4U];
            text += Hex[static_cast<unsigned char>(c) & 0xFU];
        }
    }
}

void urlEncode(Evaluation& evaluation, Args args, Column& out)
{
    evaluation.scratch.clear();
    appendEscaped(evaluation.scratch, args[0].text, "-_.!*()", "+");
    out.appendText(evaluation.scratch);
}
void urlEncodeComponent(Evaluation& evaluation, Args args, Column& out)
{
    evaluation.scratch.clear();
    appendEscaped(evaluation.scratch, args[0].text, "-_.~", "%20");
    out.appendText(evaluation.scratch);
}
void decodeUrl(Evaluation&, Args args, Column& out)
{
    out.appendText(percentDecode(args[0].text, true));
}

void newGuid(Evaluation&, Args, Column& out)
{
    out.appendText(randomGuid());
}

constexpr int ZlibFrame = 15;
constexpr int GzipFrame = 15 + 16;

std::string deflated(std::string_view text, int frame, int level)
{
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, frame, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    std::string input(text);
    std::string bytes(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    const int code = deflate(&stream, Z_FINISH);
    bytes.resize(code == Z_STREAM_END ? stream.total_out : 0);
    deflateEnd(&stream);
    constexpr std::size_t GzipHeader = 10;
    if (frame == GzipFrame &&
        bytes.size() > GzipHeader) { // as the service writes it: no hint, unknown system
        bytes[8] = '\0';
        bytes[9] = '\xFF';
    }
    return bytes;
}

/// What does not become shorter is stored as it is, as the service does.
template <int Frame>
void compress(Evaluation&, Args args, Column& out)
{
    const std::string packed = deflated(args[0].text, Frame, Z_BEST_SPEED);
    out.appendText(toBase64(packed.size() < args[0].text.size() ? packed : deflated(args[0].text, Frame, 0)));
}

/// Broken input and what would outgrow a string are "".
template <int Frame>
void decompress(Evaluation&, Args args, Column& out)
{
    auto bytes = decodeStrictly(args[0].text).value_or("");
    z_stream stream{};
    if (bytes.empty() || inflateInit2(&stream, Frame) != Z_OK) {
        out.appendText("");
        return;
    }
    std::string text(std::min(MaxText, bytes.size() * 1040 + 64), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const int code = inflate(&stream, Z_FINISH);
    text.resize(code == Z_STREAM_END ? stream.total_out : 0);
    inflateEnd(&stream);
    out.appendText(isValidUtf8(text) ? text : std::string());
}

const std::array EncodingFunctions = {
    FunctionSpec{"base64_encode_tostring", "s", 's', encodeBase64},
    FunctionSpec{"base64_encodestring", "s", 's', encodeBase64},
    FunctionSpec{"base64_decode_tostring", "s", 's', decodeBase64},
    FunctionSpec{"base64_decodestring", "s", 's', decodeBase64},
    FunctionSpec{"base64_decode_toarray", "s", 'j', decodeBase64Array},
    FunctionSpec{"base64_encode_fromarray", "j", 's', encodeBase64Array},
    FunctionSpec{"base64_encode_fromguid", "g", 's', encodeBase64Guid, nullptr, Strict},
    FunctionSpec{"base64_decode_toguid", "s", 'g', decodeBase64Guid},
    FunctionSpec{"url_encode", "s", 's', urlEncode},
    FunctionSpec{"url_encode_component", "s", 's', urlEncodeComponent},
    FunctionSpec{"url_decode", "s", 's', decodeUrl},
    FunctionSpec{"gzip_compress_to_base64_string", "s", 's', compress<GzipFrame>},
    FunctionSpec{"gzip_decompress_from_base64_string", "s", 's', decompress<GzipFrame>},
    FunctionSpec{"zlib_compress_to_base64_string", "s", 's', compress<ZlibFrame>},
    FunctionSpec{"zlib_decompress_from_base64_string", "s", 's', decompress<ZlibFrame>},
    FunctionSpec{"new_guid", "", 'g', newGuid, nullptr, FunctionSpec::Changing},
};

} // namespace

std::span<const FunctionSpec> encodingFunctions()
{
    return EncodingFunctions;
}

} // namespace gatehouse::kql
