// SPDX-License-Identifier: Apache-2.0
//
// Parses the head at the front of a stream of slices: in place when it lies in one slice, which is
// nearly always, else gathered once into a scratch buffer when the scanner has seen its end.
// It takes nothing from the stream: the caller trims head_bytes when it is done with the bytes.
// Called by the conductor on the worker that owns the stream.
// Invariants: (1) `bytes` is set unless more is needed; (2) work is linear in the size of the head.
#pragma once

#include <algorithm>
#include <optional>

#include "dataplane/base/bytes.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/h1/head_scanner.h"
#include "dataplane/http/h1/parse_step.h"
#include "dataplane/nic/slice.h"

namespace penstock::proxy {

// One slice more than the largest head, so that the parser itself meets its limit.
inline constexpr uint32_t kSliceBytesMax = std::max(nic::PacketPool::kDataBytes, base::kMtuMax);
inline constexpr uint32_t kGatherBytes = base::kRequestHeadBytesMax + kSliceBytesMax;
static_assert(kGatherBytes > base::kResponseHeadBytesMax);

struct HeadRead {
  http::h1::ParseStep step;
  base::ByteSpan bytes;
};

// The bytes from the front to the end of the slice in which the head ends; nothing when it has not
// ended yet. `room` holds kGatherBytes.
std::optional<base::ByteSpan> gather_head(const nic::SliceQueue& received,
                                          http::h1::HeadScanner& scanner,
                                          base::MutableByteSpan room) noexcept;

template <class Parser, class Head>
HeadRead read_head(const nic::SliceQueue& received, http::h1::HeadScanner& scanner,
                   base::MutableByteSpan room, Head& head) noexcept {
  using State = http::h1::ParseStep::State;
  head.fields.clear();
  if (scanner.seen() == 0) {
    const http::h1::ParseStep step = Parser().parse(received.front(), head);
    if (step.state != State::NeedMore) return {step, received.front()};
  }
  if (received.count() == 1) return {};
  const std::optional<base::ByteSpan> bytes = gather_head(received, scanner, room);
  if (!bytes) return {};
  head.fields.clear();
  const http::h1::ParseStep step = Parser().parse(*bytes, head);
  if (step.state == State::NeedMore) scanner.reset();
  return {step, *bytes};
}

}  // namespace penstock::proxy
