// SPDX-License-Identifier: Apache-2.0
//
// StreamReach: which places of a byte stream have been seen: all before in_order_end(), and
// islands beyond. It shares no code with the assembler that it is to judge.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace penstock::fuzz {

class StreamReach {
 public:
  void note(int64_t begin, int64_t end) {
    if (end <= begin) return;
    end_ = std::max(end_, end);
    int64_t& known = islands_[begin];
    known = std::max(known, end);
    while (!islands_.empty() && islands_.begin()->first <= in_order_end_) {
      in_order_end_ = std::max(in_order_end_, islands_.begin()->second);
      islands_.erase(islands_.begin());
    }
  }

  int64_t in_order_end() const noexcept { return in_order_end_; }
  int64_t end() const noexcept { return end_; }
  // Begin and end of the island at or behind a place; empty at in_order_end() when there is none.
  std::pair<int64_t, int64_t> island_from(int64_t place) const {
    const auto found = islands_.lower_bound(place);
    if (found == islands_.end()) return {in_order_end_, in_order_end_};
    return {found->first, found->second};
  }

 private:
  int64_t in_order_end_ = 0;
  int64_t end_ = 0;
  std::map<int64_t, int64_t> islands_;
};

}  // namespace penstock::fuzz
