// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/kql/functions/kernels.h"

#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

void encodeBase64(Evaluation&, Args args, Column& out)
{
    out.appendText(toBase64(args[0].text));
}
void decodeBase64(Evaluation&, Args args, Column& out)
{
    out.appendText(fromBase64(args[0].text).value_or(""));
}
void decodeUrl(Evaluation&, Args args, Column& out)
{
    out.appendText(percentDecode(args[0].text, true));
}
void newGuid(Evaluation&, Args, Column& out)
{
    out.appendText(randomGuid());
}

const std::array Functions = {
    FunctionSpec{"base64_encode_tostring", "s", 's', encodeBase64},
    FunctionSpec{"base64_decode_tostring", "s", 's', decodeBase64},
    FunctionSpec{"url_decode", "s", 's', decodeUrl},
    FunctionSpec{"new_guid", "", 'g', newGuid, nullptr, FunctionSpec::Changing},
};

} // namespace

std::span<const FunctionSpec> encodingFunctions()
{
    return Functions;
}

} // namespace gatehouse::kql
