// SPDX-License-Identifier: Apache-2.0
//
// Chunked bodies: no input may crash the decoder, and no split may change the payload, the end or
// the error. What decodes to the end is chunked anew and must decode to the same payload.
// The first byte of the input chooses where the rest is cut.
#include <array>
#include <string>

#include "dataplane/base/check.h"
#include "dataplane/http/body_decoder.h"
#include "dataplane/http/h1/writer.h"
#include "tests/support/body_feeder.h"

namespace penstock::http {
namespace {

support::FedBody feed(const support::Pieces& pieces) {
  BodyDecoder decoder({Framing::Kind::Chunked, 0});
  const support::FedBody fed = support::feed_body(decoder, pieces);
  CHECK(decoder.payload_bytes() == fed.payload.size());
  CHECK(decoder.is_complete() == (fed.state == BodyStep::State::End));
  return fed;
}

std::string chunk_anew(const std::string& payload) {
  std::string result;
  if (!payload.empty()) {
    std::array<uint8_t, h1::kChunkHeaderBytesMax> header;
    const size_t length = h1::emit_chunk_header(payload.size(), header);
    result.append(base::as_text(base::ByteSpan(header).first(length)));
    result.append(payload).append(h1::kChunkEnd);
  }
  return result.append(h1::kLastChunk);
}

}  // namespace
}  // namespace penstock::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  if (size < 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto whole = http::feed(support::cut(input, {}));
  CHECK(whole == http::feed(support::cut(input, {data[0] % input.size()})));
  CHECK(whole == http::feed(support::cut_into_bytes(input)));
  if (whole.state != http::BodyStep::State::End) return 0;
  const std::string anew = http::chunk_anew(whole.payload);
  const auto again = http::feed(support::cut(anew, {}));
  CHECK(again.payload == whole.payload && again.consumed == anew.size());
  return 0;
}
