// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/slice_sink.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace penstock::proxy {

void SliceSink::append(std::string_view bytes) noexcept {
  while (ok_ && !bytes.empty()) {
    if (!current_) current_ = pool_.allocate_slice();
    if (!current_) {
      ok_ = false;
      return;
    }
    const base::MutableByteSpan room = current_.room();
    const size_t count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    current_.commit(static_cast<uint32_t>(count));
    bytes.remove_prefix(count);
    if (count == room.size()) full_.push_back(std::exchange(current_, {}));
  }
}

nic::SliceQueue SliceSink::take() noexcept {
  if (current_ && !current_.empty()) full_.push_back(std::exchange(current_, {}));
  return std::move(full_);
}

}  // namespace penstock::proxy
