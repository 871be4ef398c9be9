// SPDX-License-Identifier: Apache-2.0
//
// SentText: the bytes that one end of a connection has sent, as an onlooker knows them. There may
// be gaps: what a host drops before it reaches the wire is seen when it is sent again. Any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/sim/byte_ranges.h"

namespace penstock::testing {

class SentText {
 public:
  // False when a byte there is known and was another one.
  bool put(uint64_t at, std::string_view bytes) {
    const size_t begin = at;
    if (bytes.empty()) return true;
    const size_t again = begin < text_.size() ? std::min(bytes.size(), text_.size() - begin) : 0;
    const bool is_known = again > 0 && known_.contains(begin, begin + again);
    const bool agrees = !is_known || text_.compare(begin, again, bytes.substr(0, again)) == 0;
    if (begin + bytes.size() > text_.size()) text_.resize(begin + bytes.size());
    bytes.copy(&text_[begin], bytes.size());
    known_.add(begin, begin + bytes.size());
    return agrees;
  }
  // How far it goes.
  uint64_t end() const { return text_.size(); }

 private:
  std::string text_;
  ByteRanges known_;
};

}  // namespace penstock::testing
