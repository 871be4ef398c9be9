// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/tcp_witness.h"

#include <algorithm>

#include "dataplane/base/check.h"

namespace penstock::fuzz {

using testing::TcpSegmentSpec;

namespace {

// Streams of one input are far shorter than half of the sequence.
int64_t place_of(uint32_t sequence, uint32_t isn) noexcept {
  return static_cast<int32_t>(sequence - isn - 1);
}

}  // namespace

const StreamPattern& peer_pattern() {
  static const StreamPattern pattern(31);
  return pattern;
}

const StreamPattern& our_pattern() {
  static const StreamPattern pattern(37);
  return pattern;
}

void TcpWitness::on_peer_sent(const TcpSegmentSpec& segment) {
  if (segment.flags.syn() && segment.options.window_scale) {
    peer_scales_ = true;
    peer_shift_ = std::min<uint8_t>(*segment.options.window_scale, 14);
  }
  const int64_t begin = place_of(segment.sequence, peer_isn_) + (segment.flags.syn() ? 1 : 0);
  const auto bytes = static_cast<int64_t>(segment.payload.size());
  peer_sent_.note(begin, begin + bytes + (segment.flags.fin() ? 1 : 0));
  if (segment.flags.fin()) peer_fin_ = std::min(peer_fin_, begin + bytes);
  if (!segment.flags.ack() || !our_isn_) return;
  const int64_t acknowledged = place_of(segment.acknowledgment, *our_isn_);
  if (acknowledged > sent_end_) return;
  allowed_end_ = std::max(allowed_end_, acknowledged + (int64_t{segment.window} << (peer_shift_)));
}

void TcpWitness::on_peer_heard(const TcpSegmentSpec& segment) {
  if (segment.flags.syn() || segment.flags.rst()) return;
  const int64_t begin = place_of(segment.sequence, *our_isn_);
  heard_.note(begin,
              begin + static_cast<int64_t>(segment.payload.size()) + (segment.flags.fin() ? 1 : 0));
}

void TcpWitness::on_we_sent(const TcpSegmentSpec& segment) {
  if (segment.options.timestamps) last_timestamp_ = segment.options.timestamps->value;
  if (segment.flags.rst()) return;
  if (segment.flags.syn()) return on_our_syn(segment);
  if (is_ambiguous()) return;
  CHECK(segment.flags.ack());
  // A SYN,ACK that found no buffer below us never got here; a bare ACK may be the first we hear.
  const bool is_bare = segment.payload.empty() && !segment.flags.fin();
  if (is_bare && !is_known(segment.sequence)) {
    begin_anew(segment.sequence - 1, segment.acknowledgment - 1);
  }
  CHECK(our_isn_.has_value());
  check_acknowledgment(segment);
  check_text(segment);
}

void TcpWitness::on_our_syn(const TcpSegmentSpec& segment) {
  const bool is_new = our_isn_ != segment.sequence ||
                      (segment.flags.ack() && segment.acknowledgment != peer_isn_ + 1);
  if (is_new) {
    begin_anew(segment.sequence, segment.flags.ack() ? segment.acknowledgment - 1 : peer_isn_);
  }
  our_shift_ = std::min<uint8_t>(segment.options.window_scale.value_or(0), 14);
  CHECK(segment.payload.empty());
  if (segment.flags.ack()) {
    acknowledged_ = 0;
    window_edge_ = std::max(window_edge_, int64_t{segment.window});
  }
}

bool TcpWitness::is_known(uint32_t sequence) const noexcept {
  if (!our_isn_) return false;
  const int64_t place = place_of(sequence, *our_isn_);
  return place >= -1 && place <= written_ + 1;
}

void TcpWitness::begin_anew(uint32_t our_isn, uint32_t peer_isn) {
  const TcpWitness before = *this;
  *this = TcpWitness(peer_isn);
  our_isn_ = our_isn;
  peer_scales_ = before.peer_scales_;
  peer_shift_ = before.peer_shift_;
}

void TcpWitness::check_acknowledgment(const TcpSegmentSpec& segment) {
  // The first answer to a SYN that came without an ACK, or to a SYN,ACK, tells which SYN it was.
  if (!acknowledged_) peer_isn_ = segment.acknowledgment - 1;
  const int64_t acknowledged = place_of(segment.acknowledgment, peer_isn_);
  CHECK(acknowledged >= this->acknowledged());
  CHECK(acknowledged <= peer_sent_.in_order_end());
  acknowledged_ = acknowledged;
  const int64_t edge = acknowledged + (int64_t{segment.window} << scale());
  // Behind the peer's FIN it means nothing any more.
  CHECK(edge >= window_edge_ || acknowledged > peer_fin_);
  window_edge_ = edge;
}

void TcpWitness::check_text(const TcpSegmentSpec& segment) {
  const int64_t begin = place_of(segment.sequence, *our_isn_);
  const auto bytes = static_cast<int64_t>(segment.payload.size());
  const int64_t end = begin + bytes + (segment.flags.fin() ? 1 : 0);
  CHECK(begin >= -1);
  CHECK(begin + bytes <= written_ || bytes == 0);
  CHECK(std::ranges::equal(base::as_bytes(segment.payload),
                           our_pattern().at(begin, segment.payload.size())));
  if (segment.flags.fin()) CHECK(closed_ && begin + bytes == written_);
  // A probe of a shut window goes one beyond it.
  if (end > sent_end_) CHECK(end <= allowed_end_ + 1);
  sent_end_ = std::max(sent_end_, end);
}

void TcpWitness::on_accepted() {
  ++accepted_;
  read_ = 0;
}

void TcpWitness::on_user_read(base::ByteSpan bytes) {
  CHECK(std::ranges::equal(bytes, peer_pattern().at(read_, bytes.size())));
  read_ += static_cast<int64_t>(bytes.size());
  CHECK(read_ <= peer_sent_.in_order_end());
}

}  // namespace penstock::fuzz
