// SPDX-License-Identifier: Apache-2.0
//
// TcpWitness: listens to one conversation on the wire and to our user, and knows what our side may
// say and hand over: bytes that were sent, in order, unaltered; windows and acknowledgments that
// never go back. What it does not allow is a failed CHECK.
// Every byte of either stream follows from its place in the stream. Places count from the first
// byte behind the SYN. A SYN of ours with other numbers begins a new conversation.
// RFC 9293 3.4, 3.8.6.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/bytes.h"
#include "tests/fuzz/stream_pattern.h"
#include "tests/fuzz/stream_reach.h"
#include "tests/support/packet_builder.h"

namespace penstock::fuzz {

const StreamPattern& peer_pattern();
const StreamPattern& our_pattern();

class TcpWitness {
 public:
  explicit TcpWitness(uint32_t peer_isn) noexcept : peer_isn_(peer_isn) {}

  // --- What is said.
  void on_peer_sent(const testing::TcpSegmentSpec& segment);
  void on_we_sent(const testing::TcpSegmentSpec& segment);
  // It was not lost on its way.
  void on_peer_heard(const testing::TcpSegmentSpec& segment);
  // A connection for our user. A SYN cookie is good for more than one: from the second with the
  // same numbers on, nobody on the wire can tell whose a segment is, and none is judged.
  void on_accepted();
  bool is_ambiguous() const noexcept { return accepted_ > 1; }
  void on_user_wrote(int64_t bytes) noexcept { written_ += bytes; }
  void on_user_closed() noexcept { closed_ = true; }
  void on_user_read(base::ByteSpan bytes);

  // --- What is true.
  uint32_t peer_isn() const noexcept { return peer_isn_; }
  // Our SYN's number; nullopt before it was sent.
  std::optional<uint32_t> our_isn() const noexcept { return our_isn_; }
  bool has_our_answer() const noexcept { return acknowledged_.has_value(); }
  int64_t sent_end() const noexcept { return sent_end_; }       // of our stream, FIN included
  const StreamReach& heard() const noexcept { return heard_; }  // of it, by the peer
  int64_t acknowledged() const noexcept { return acknowledged_.value_or(0); }  // of the peer's
  int64_t window_edge() const noexcept { return window_edge_; }                // likewise
  int64_t peer_end() const noexcept { return peer_sent_.end(); }  // the highest place it ever sent
  bool is_closed() const noexcept { return closed_; }
  int64_t written() const noexcept { return written_; }
  int64_t read() const noexcept { return read_; }
  uint32_t last_timestamp() const noexcept { return last_timestamp_; }

 private:
  bool is_known(uint32_t sequence) const noexcept;
  void begin_anew(uint32_t our_isn, uint32_t peer_isn);
  void on_our_syn(const testing::TcpSegmentSpec& segment);
  void check_acknowledgment(const testing::TcpSegmentSpec& segment);
  uint8_t scale() const noexcept { return peer_scales_ ? our_shift_ : 0; }
  void check_text(const testing::TcpSegmentSpec& segment);

  uint32_t peer_isn_;
  std::optional<uint32_t> our_isn_;
  int accepted_ = 0;  // with these numbers
  // --- Our stream.
  int64_t written_ = 0;
  bool closed_ = false;
  int64_t sent_end_ = 0;
  StreamReach heard_;
  int64_t allowed_end_ = 0;  // the farthest that the peer's windows ever reached
  // --- The peer's stream.
  StreamReach peer_sent_;
  int64_t peer_fin_ = INT64_MAX;  // the first place at which it said that it ends
  std::optional<int64_t> acknowledged_;
  int64_t window_edge_ = 0;
  int64_t read_ = 0;
  // --- Options.
  uint8_t our_shift_ = 0;
  uint8_t peer_shift_ = 0;
  bool peer_scales_ = false;
  uint32_t last_timestamp_ = 0;
};

}  // namespace penstock::fuzz
