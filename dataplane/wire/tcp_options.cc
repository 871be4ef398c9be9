// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/tcp_options.h"

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/tcp_header.h"

namespace penstock::wire {

namespace {

constexpr uint8_t kEndOfList = 0;
constexpr uint8_t kNoOperation = 1;
constexpr uint8_t kMss = 2;
constexpr uint8_t kWindowScale = 3;
constexpr uint8_t kSackPermitted = 4;
constexpr uint8_t kSack = 5;
constexpr uint8_t kTimestamps = 8;

constexpr uint32_t kMssBytes = 4;
constexpr uint32_t kWindowScaleBytes = 4;    // with one NOP before it
constexpr uint32_t kSackPermittedBytes = 4;  // with two
constexpr uint32_t kSackBytes = 4;           // with two, and 8 for each block

constexpr uint32_t kAlignedTimestamps =
    uint32_t{kNoOperation} << 24 | uint32_t{kNoOperation} << 16 | kTimestamps << 8 | 10;

void read_sack_blocks(base::ByteSpan body, TcpOptions& options) noexcept {
  if (body.size() % 8 != 0) return;
  for (size_t at = 0; at < body.size(); at += 8) {
    if (options.sack_blocks_count == TcpOptions::kSackBlocksMax) return;
    options.sack_blocks[options.sack_blocks_count++] = {load_be32(&body[at]),
                                                        load_be32(&body[at + 4])};
  }
}

// `body` is the option without its kind and length. A known kind with a wrong length is skipped.
void read_option(uint8_t kind, base::ByteSpan body, TcpOptions& options) noexcept {
  if (kind == kMss && body.size() == 2) {
    options.mss = load_be16(&body[0]);
  } else if (kind == kWindowScale && body.size() == 1) {
    options.window_scale = body[0];
  } else if (kind == kSackPermitted && body.empty()) {
    options.sack_permitted = true;
  } else if (kind == kTimestamps && body.size() == 8) {
    options.timestamps = TcpTimestamps{load_be32(&body[0]), load_be32(&body[4])};
  } else if (kind == kSack) {
    read_sack_blocks(body, options);
  }
}

// Writes options one after the other; each leaves the position at a multiple of 4.
class OptionWriter {
 public:
  explicit OptionWriter(base::MutableByteSpan out) noexcept : out_(out) {}
  void put8(uint8_t value) noexcept { out_[at_++] = value; }
  void put16(uint16_t value) noexcept {
    store_be16(&out_[at_], value);
    at_ += 2;
  }
  void put32(uint32_t value) noexcept {
    store_be32(&out_[at_], value);
    at_ += 4;
  }
  void put_padded_head(uint8_t kind, uint8_t length) noexcept {
    put8(kNoOperation);
    put8(kNoOperation);
    put8(kind);
    put8(length);
  }

 private:
  base::MutableByteSpan out_;
  size_t at_ = 0;
};

}  // namespace

TcpOptions parse_tcp_options(base::ByteSpan bytes) noexcept {
  TcpOptions options;
  // RFC 7323 appendix A: what nearly every segment of a connection with time stamps looks like.
  if (bytes.size() == kTcpTimestampsBytes && load_be32(&bytes[0]) == kAlignedTimestamps) {
    options.timestamps = TcpTimestamps{load_be32(&bytes[4]), load_be32(&bytes[8])};
    return options;
  }
  while (!bytes.empty() && bytes[0] != kEndOfList) {
    if (bytes[0] == kNoOperation) {
      bytes = bytes.subspan(1);
      continue;
    }
    // RFC 9293 3.1 MUST-7: cope with illegal lengths (0, 1, beyond the end) without crashing.
    if (bytes.size() < 2 || bytes[1] < 2 || bytes[1] > bytes.size()) break;
    read_option(bytes[0], bytes.subspan(2, bytes[1] - 2u), options);
    bytes = bytes.subspan(bytes[1]);
  }
  return options;
}

uint32_t tcp_options_bytes(const TcpOptions& options) noexcept {
  uint32_t bytes = 0;
  if (options.mss) bytes += kMssBytes;
  if (options.window_scale) bytes += kWindowScaleBytes;
  if (options.sack_permitted) bytes += kSackPermittedBytes;
  if (options.timestamps) bytes += kTcpTimestampsBytes;
  if (options.sack_blocks_count > 0) bytes += kSackBytes + 8u * options.sack_blocks_count;
  DCHECK(bytes <= kTcpOptionBytesMax);
  return bytes;
}

void emit_tcp_options(const TcpOptions& options, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= tcp_options_bytes(options));
  OptionWriter writer(out);
  if (options.mss) {
    writer.put8(kMss);
    writer.put8(4);
    writer.put16(*options.mss);
  }
  if (options.window_scale) {
    writer.put8(kNoOperation);
    writer.put8(kWindowScale);
    writer.put8(3);
    writer.put8(*options.window_scale);
  }
  if (options.sack_permitted) writer.put_padded_head(kSackPermitted, 2);
  if (options.timestamps) {
    writer.put_padded_head(kTimestamps, 10);
    writer.put32(options.timestamps->value);
    writer.put32(options.timestamps->echo_reply);
  }
  if (options.sack_blocks_count == 0) return;
  writer.put_padded_head(kSack, static_cast<uint8_t>(2 + 8 * options.sack_blocks_count));
  for (uint8_t i = 0; i < options.sack_blocks_count; ++i) {
    writer.put32(options.sack_blocks[i].left);
    writer.put32(options.sack_blocks[i].right);
  }
}

}  // namespace penstock::wire
