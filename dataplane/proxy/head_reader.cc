// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/head_reader.h"

#include <algorithm>

namespace penstock::proxy {

std::optional<base::ByteSpan> gather_head(const nic::SliceQueue& received,
                                          http::h1::HeadScanner& scanner,
                                          base::MutableByteSpan room) noexcept {
  const uint64_t seen = scanner.seen();
  uint64_t passed = 0;  // bytes up to the end of the slice at hand
  bool ends = false;
  received.for_each([&](base::ByteSpan bytes) noexcept {
    const uint64_t start = passed;
    passed += bytes.size();
    if (passed <= seen) return true;
    // A slice may have grown since it was seen last (tcp fills up its tail).
    const base::ByteSpan news = bytes.subspan(seen > start ? seen - start : 0);
    ends = scanner.scan(news) == http::h1::HeadScanner::Verdict::Gather;
    return !ends && passed < room.size();
  });
  if (!ends && passed < room.size()) return std::nullopt;

  const size_t wanted = std::min<size_t>(passed, room.size());
  return base::ByteSpan(room).first(received.copy_front(room.first(wanted)));
}

}  // namespace penstock::proxy
