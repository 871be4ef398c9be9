// SPDX-License-Identifier: Apache-2.0
//
// ByteRanges: a set of byte offsets, kept as ranges that neither overlap nor touch.
// Any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

namespace penstock::testing {

class ByteRanges {
 public:
  void add(uint64_t begin, uint64_t end) {
    if (begin >= end) return;
    auto next = ranges_.upper_bound(begin);
    if (next != ranges_.begin() && std::prev(next)->second >= begin) --next;
    while (next != ranges_.end() && next->first <= end) {
      begin = std::min(begin, next->first);
      end = std::max(end, next->second);
      next = ranges_.erase(next);
    }
    ranges_.emplace(begin, end);
  }

  bool contains(uint64_t begin, uint64_t end) const {
    if (begin >= end) return true;
    auto next = ranges_.upper_bound(begin);
    return next != ranges_.begin() && std::prev(next)->second >= end;
  }

  // How many bytes from 0 on are all there.
  uint64_t prefix() const {
    const auto first = ranges_.find(0);
    return first == ranges_.end() ? 0 : first->second;
  }

 private:
  std::map<uint64_t, uint64_t> ranges_;  // begin to end
};

}  // namespace penstock::testing
