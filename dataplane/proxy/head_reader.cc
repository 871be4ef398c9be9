// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/head_reader.h"

#include <algorithm>

namespace penstock::proxy {

std::optional<base::ByteSpan> HeadReader::gather(const nic::SliceQueue& received,
                                                 http::HeadProgress& progress) const noexcept {
  const uint64_t seen = progress.seen();
  uint64_t passed = 0;  // bytes up to the end of the slice at hand
  bool ends = false;
  received.for_each([&](base::ByteSpan bytes) noexcept {
    const uint64_t start = passed;
    passed += bytes.size();
    if (passed <= seen) return true;
    // A slice may have grown since it was seen last (tcp fills up its tail).
    const base::ByteSpan news = bytes.subspan(seen > start ? seen - start : 0);
    ends = codec_.look_at(progress, news, limits_) == http::HeadProgress::Verdict::Gather;
    return !ends && passed < room_.size();
  });
  if (!ends && passed < room_.size()) return std::nullopt;

  const size_t wanted = std::min<size_t>(passed, room_.size());
  return base::ByteSpan(room_).first(received.copy_front(room_.first(wanted)));
}

}  // namespace penstock::proxy
