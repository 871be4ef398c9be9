// SPDX-License-Identifier: Apache-2.0
//
// Parses the head at the front of a stream of slices: in place when it lies in one slice, which is
// nearly always, else gathered once into a scratch buffer when its codec has seen the end.
// It takes nothing from the stream: the caller trims head_bytes when it is done with the bytes.
// Called by the conductor on the worker that owns the stream.
// Invariants: (1) `bytes` is set unless more is needed; (2) work is linear in the size of the head.
#pragma once

#include <algorithm>
#include <optional>

#include "dataplane/base/bytes.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/codec.h"
#include "dataplane/nic/slice.h"

namespace penstock::proxy {

// One slice more than the largest head, so that the parser itself meets its limit.
inline constexpr uint32_t kSliceBytesMax = std::max(nic::PacketPool::kDataBytes, base::kMtuMax);
inline constexpr uint32_t kGatherBytes = base::kRequestHeadBytesMax + kSliceBytesMax;
static_assert(kGatherBytes > base::kResponseHeadBytesMax);

struct HeadRead {
  http::ParseStep step;
  base::ByteSpan bytes;
};

class HeadReader {
 public:
  // `room` holds kGatherBytes. The limits outlive the reader.
  HeadReader(http::Codec codec, const http::HeadLimits& limits, base::MutableByteSpan room) noexcept
      : codec_(codec), limits_(limits), room_(room) {}

  // A request or a response, as `head` says.
  template <class Head>
  HeadRead read(const nic::SliceQueue& received, http::HeadProgress& progress,
                Head& head) const noexcept {
    head.fields.clear();
    if (progress.seen() == 0) {
      const http::ParseStep step = codec_.parse_head(received.front(), limits_, head);
      if (step.state != http::ParseStep::State::NeedMore) return {step, received.front()};
    }
    if (received.count() == 1) return {};
    const std::optional<base::ByteSpan> bytes = gather(received, progress);
    if (!bytes) return {};
    head.fields.clear();
    const http::ParseStep step = codec_.parse_head(*bytes, limits_, head);
    if (step.state == http::ParseStep::State::NeedMore) progress.reset();
    return {step, *bytes};
  }

 private:
  // The bytes from the front to the end of the slice in which the head ends, or outgrows a limit;
  // nothing when it goes on.
  std::optional<base::ByteSpan> gather(const nic::SliceQueue& received,
                                       http::HeadProgress& progress) const noexcept;

  http::Codec codec_;
  const http::HeadLimits& limits_;
  base::MutableByteSpan room_;
};

}  // namespace penstock::proxy
