// SPDX-License-Identifier: Apache-2.0
//
// What is told of one finished exchange. The worker fills it in place and posts it to control,
// which writes the log line; texts that do not fit are cut, and say so by their length.
// Plain data, copied through a mailbox.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/deviation.h"
#include "dataplane/http/reason.h"

namespace penstock::proxy {

// A text of at most N bytes, stored in place.
template <uint16_t N>
class ShortText {
 public:
  void assign(std::string_view text) noexcept {
    length_ = static_cast<uint16_t>(std::min<size_t>(text.size(), N));
    std::memcpy(bytes_.data(), text.data(), length_);
    is_cut_ = text.size() > N;
  }
  std::string_view view() const noexcept { return {bytes_.data(), length_}; }
  bool is_cut() const noexcept { return is_cut_; }

 private:
  std::array<char, N> bytes_;
  uint16_t length_ = 0;
  bool is_cut_ = false;
};

struct AccessRecord {
  int64_t begun_ns = 0;     // monotonic; control adds the wall clock's offset
  int64_t duration_ns = 0;  // first byte of the request to last byte of the response
  base::Endpoint client;    // port 0: the address is what a trusted proxy says
  base::Endpoint backend;   // port 0: none was chosen
  uint64_t request_body_bytes = 0;
  uint64_t response_body_bytes = 0;
  uint16_t status = 0;  // 0: the client left before a status was known
  uint16_t tries = 0;   // backends tried
  http::ReplyReason reason = http::ReplyReason::None;  // None: the backend's own response
  ShortText<base::kRequestIdBytesMax> request_id;      // empty: requests are given none
  http::Deviations deviations;                         // of a request that was not refused for them
  ShortText<16> method;
  ShortText<64> host;
  ShortText<160> target;
  ShortText<48> rule;
  ShortText<48> pool;
};

}  // namespace penstock::proxy
