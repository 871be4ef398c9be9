// SPDX-License-Identifier: Apache-2.0
//
// Text into slices and back, for tests of what moves bytes.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "dataplane/nic/slice.h"

namespace penstock::testing {

// At most PacketPool::kDataBytes of text.
inline nic::Slice make_slice(nic::PacketPool& pool, std::string_view text) {
  nic::Slice slice = pool.allocate_slice();
  CHECK(slice && slice.room().size() >= text.size());
  std::memcpy(slice.room().data(), text.data(), text.size());
  slice.commit(static_cast<uint32_t>(text.size()));
  return slice;
}

inline std::string text_of(const nic::SliceQueue& queue) {
  std::string text;
  queue.for_each([&](base::ByteSpan bytes) {
    text += base::as_text(bytes);
    return true;
  });
  return text;
}

}  // namespace penstock::testing
