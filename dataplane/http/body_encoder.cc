// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/body_encoder.h"

#include <cstring>

#include "dataplane/http/h1/writer.h"

namespace penstock::http {
namespace {

static_assert(FramingBytes::kBytesMax >= h1::kChunkEnd.size() + h1::kChunkHeaderBytesMax);
static_assert(FramingBytes::kBytesMax >= h1::kChunkEnd.size() + h1::kLastChunk.size());

void append(FramingBytes& to, std::string_view text) noexcept {
  std::memcpy(to.bytes.data() + to.size, text.data(), text.size());
  to.size += text.size();
}

}  // namespace

FramingBytes BodyEncoder::before_piece(uint64_t payload_bytes) const noexcept {
  FramingBytes bytes;
  if (!marks_pieces()) return bytes;
  // The end of the chunk before travels with the header of this one.
  if (has_pieces_) append(bytes, h1::kChunkEnd);
  bytes.size +=
      h1::emit_chunk_header(payload_bytes, base::MutableByteSpan(bytes.bytes).subspan(bytes.size));
  return bytes;
}

FramingBytes BodyEncoder::at_end() const noexcept {
  FramingBytes bytes;
  if (!marks_end()) return bytes;
  if (has_pieces_) append(bytes, h1::kChunkEnd);
  append(bytes, h1::kLastChunk);
  return bytes;
}

}  // namespace penstock::http
