// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/slice_sink.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace penstock::proxy {

void SliceSink::append_beyond(std::string_view bytes) noexcept {
  while (ok_ && !bytes.empty()) {
    if (at_ == end_) begin_slice();
    const size_t count = std::min(static_cast<size_t>(end_ - at_), bytes.size());
    if (count == 0) return;  // there is no further slice
    std::memcpy(at_, bytes.data(), count);
    at_ += count;
    bytes.remove_prefix(count);
  }
}

void SliceSink::begin_slice() noexcept {
  commit();
  if (current_) full_.push_back(std::exchange(current_, {}));
  current_ = pool_.allocate_slice();
  ok_ = static_cast<bool>(current_);
  const base::MutableByteSpan room = ok_ ? current_.room() : base::MutableByteSpan();
  at_ = room.data();
  end_ = room.data() + room.size();
}

void SliceSink::commit() noexcept {
  if (current_) current_.commit(static_cast<uint32_t>(at_ - current_.room().data()));
}

nic::SliceQueue SliceSink::take() noexcept {
  commit();
  at_ = end_ = nullptr;
  if (current_) full_.push_back(std::exchange(current_, {}));
  return std::move(full_);
}

}  // namespace penstock::proxy
