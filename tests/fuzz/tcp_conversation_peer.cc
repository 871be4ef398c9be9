// SPDX-License-Identifier: Apache-2.0
//
// The peer of a TcpConversation: what it says when the program leaves it free, and when it must
// bring the conversation to an honest end.
#include <algorithm>

#include "tests/fuzz/tcp_conversation.h"

namespace penstock::fuzz {

using testing::TcpSegmentSpec;
using wire::TcpFlag;
using wire::TcpFlags;

namespace {

constexpr int64_t kSegmentBytesMax = 1460;

}  // namespace

void TcpConversation::act_as_peer(uint8_t choice) {
  switch (choice) {
    case 0:
    case 1:
    case 2:
      return send_anything();
    case 3:
    case 4:
      return send_text(peer_next_, program_.byte() * 6);
    case 5:  // lost on its way
      peer_next_ += fin_at_ ? 0 : program_.byte() * 6;
      return;
    case 6:  // sent again
      return send_text(witness_.acknowledged() + program_.step(kSegmentBytesMax),
                       program_.byte() * 6);
    case 7:
      return acknowledge(witness_.heard().in_order_end());
    case 8:
      return acknowledge(
          std::clamp(peer_confirmed_ + program_.step(1000), int64_t{0}, witness_.sent_end()));
    case 9:
      for (int i = program_.byte() & 7; i >= 0; --i) acknowledge(peer_confirmed_);
      return;
    case 10:
      return send_fin();
    case 11:
      turns_at_once_ = true;
      return send_syn(TcpFlags::from_bits(program_.byte()) | TcpFlag::Syn);
    case 12:
      lost_ = program_.byte() & 15;
      return;
    case 13:
      return send_too_big();
    default:
      return stranger_sends();
  }
}

TcpSegmentSpec TcpConversation::from_peer() const {
  TcpSegmentSpec segment;
  segment.source = peers_;
  segment.destination = ours_;
  if (choices_.peer_stamps) {
    segment.options.timestamps = {static_cast<uint32_t>(now_.ns() / 1'000'000),
                                  witness_.last_timestamp()};
  }
  return segment;
}

void TcpConversation::put_text(TcpSegmentSpec& segment, int64_t place, int64_t bytes) {
  if (!choices_.peer_lies) {
    place = std::max(place, int64_t{0});
    if (fin_at_) place = std::min(place, *fin_at_ + 1);
    if (fin_at_) bytes = std::min(bytes, std::max(*fin_at_ - place, int64_t{0}));
  }
  segment.sequence = witness_.peer_isn() + 1 + static_cast<uint32_t>(place);
  segment.payload =
      base::as_text(peer_pattern().at(place, static_cast<size_t>(std::max(bytes, int64_t{0}))));
}

// An honest peer's stream ends once, and behind all that it ever sent.
void TcpConversation::put_fin(TcpSegmentSpec& segment) {
  const int64_t place = static_cast<int32_t>(segment.sequence - witness_.peer_isn() - 1);
  const int64_t end = place + static_cast<int64_t>(segment.payload.size());
  if (!choices_.peer_lies) {
    if (!fin_at_ && end >= witness_.peer_end() && end >= peer_next_) fin_at_ = end;
    if (fin_at_ != end) return;
  }
  segment.flags |= TcpFlag::Fin;
}

void TcpConversation::put_sack_blocks(TcpSegmentSpec& segment) {
  segment.options.sack_blocks_count = program_.byte() & 3;
  for (uint8_t i = 0; i < segment.options.sack_blocks_count; ++i) {
    auto [left, right] = witness_.heard().island_from(peer_confirmed_ + program_.step(1000));
    if (choices_.peer_lies) {
      left += program_.step(1000);
      right += program_.step(1000);
    }
    const uint32_t first = witness_.our_isn().value_or(0) + 1;
    segment.options.sack_blocks[i] = {first + static_cast<uint32_t>(left),
                                      first + static_cast<uint32_t>(right)};
  }
}

// Numbers at or near those that decide.
void TcpConversation::send_anything() {
  TcpSegmentSpec segment = from_peer();
  const uint8_t shape = program_.byte();
  const std::array<int64_t, 4> places{witness_.acknowledged(), witness_.window_edge(), peer_next_,
                                      witness_.peer_end()};
  const int64_t place = places[shape & 3] + program_.step(kSegmentBytesMax);
  put_text(segment, place, (shape & 4) != 0 ? program_.word() % (kSegmentBytesMax + 1) : 0);
  int64_t confirmed = ((shape & 8) != 0 ? peer_confirmed_ : witness_.heard().in_order_end());
  if ((shape & 16) != 0) confirmed += program_.step(1000);
  if (!choices_.peer_lies)
    confirmed = std::clamp(confirmed, int64_t{0}, witness_.heard().in_order_end());
  segment.acknowledgment = witness_.our_isn().value_or(0) + 1 + static_cast<uint32_t>(confirmed);
  segment.window = (shape & 32) != 0 ? program_.word() : 65535;
  segment.flags = TcpFlag::Ack;
  if ((shape & 64) != 0) {
    const auto wanted = TcpFlags::from_bits(program_.byte());
    segment.flags = wanted.without(TcpFlag::Fin).without(TcpFlag::Syn);
    if (wanted.fin()) put_fin(segment);
  }
  if ((shape & 128) != 0) {
    put_sack_blocks(segment);
    if (choices_.peer_lies && segment.options.timestamps) {
      segment.options.timestamps->value += static_cast<uint32_t>(program_.step(1 << 26));
      segment.options.timestamps->echo_reply += static_cast<uint32_t>(program_.step(1 << 26));
    }
  }
  deliver(segment);
}

void TcpConversation::send_text(int64_t place, int64_t bytes) {
  TcpSegmentSpec segment = from_peer();
  put_text(segment, place, std::min(bytes, kSegmentBytesMax));
  segment.flags = TcpFlag::Ack;
  segment.acknowledgment = witness_.our_isn().value_or(0) + 1 + static_cast<uint32_t>(confirmed());
  deliver(segment);
}

int64_t TcpConversation::confirmed() const {
  return choices_.peer_lies ? peer_confirmed_
                            : std::min(peer_confirmed_, witness_.heard().in_order_end());
}

void TcpConversation::acknowledge(int64_t place) {
  peer_confirmed_ = place;
  send_text(std::max(peer_next_, witness_.peer_end()), 0);
}

void TcpConversation::send_fin() {
  TcpSegmentSpec segment = from_peer();
  put_text(segment, fin_at_.value_or(std::max(peer_next_, witness_.peer_end())), 0);
  segment.flags = TcpFlag::Ack;
  segment.acknowledgment = witness_.our_isn().value_or(0) + 1 + static_cast<uint32_t>(confirmed());
  put_fin(segment);
  deliver(segment);
}

void TcpConversation::send_syn(TcpFlags flags) {
  TcpSegmentSpec segment = from_peer();
  segment.flags = choices_.peer_lies ? flags : flags.without(TcpFlag::Fin);
  segment.sequence = witness_.peer_isn();
  segment.acknowledgment = witness_.our_isn().value_or(0) + 1;
  segment.options.mss = choices_.peer_mss;
  segment.options.sack_permitted = choices_.peer_sacks;
  if (choices_.peer_scales) segment.options.window_scale = choices_.peer_shift;
  deliver(segment);
}

// A router, or somebody who only claims to be one, quotes a segment of ours.
void TcpConversation::send_too_big() {
  TcpSegmentSpec quoted;
  quoted.source = ours_;
  quoted.destination = peers_;
  quoted.sequence = witness_.our_isn().value_or(0) + 1 +
                    static_cast<uint32_t>(witness_.sent_end() + program_.step(1000));
  quoted.flags = TcpFlag::Ack;
  const testing::Frame message =
      testing::build_icmp(3, 4, program_.word(), testing::build_tcp_packet(quoted));
  const testing::Frame packet = testing::build_ipv4(
      {.source = peers_.address, .destination = ours_.address, .protocol = wire::kProtocolIcmp},
      message);
  host_.port.deliver(
      testing::build_ethernet({testing::mac(1), testing::mac(2)}, wire::EtherType::Ipv4, packet));
}

// Others want to talk as well, up to the limits and beyond.
void TcpConversation::stranger_sends() {
  const uint8_t who = program_.byte() & 3;
  TcpSegmentSpec segment;
  segment.source = {peers_.address, static_cast<uint16_t>(kStrangerPort + who)};
  segment.destination = {ours_.address, kOurPort};
  segment.flags = TcpFlags::from_bits(program_.byte());
  segment.sequence = 5000 + (segment.flags.syn() ? 0 : 1);
  segment.acknowledgment = stranger_isns_[who] + 1 + static_cast<uint32_t>(program_.step(1000));
  tell(segment);
  host_.port.deliver(testing::build_tcp_frame({testing::mac(1), testing::mac(2)}, segment));
}

void TcpConversation::deliver(const TcpSegmentSpec& segment) {
  tell(segment);
  witness_.on_peer_sent(segment);
  const int64_t place = static_cast<int32_t>(segment.sequence - witness_.peer_isn() - 1);
  const int64_t end = place + static_cast<int64_t>(segment.payload.size());
  if (!choices_.peer_lies) peer_next_ = std::max(peer_next_, end);
  if (choices_.peer_lies && place == peer_next_) peer_next_ = end;
  host_.port.deliver(testing::build_tcp_frame({testing::mac(1), testing::mac(2)}, segment));
}

void TcpConversation::answer_honestly() {
  if (!witness_.our_isn()) return;
  if (!witness_.has_our_answer()) return send_syn(TcpFlag::Syn | TcpFlag::Ack);
  if (!fin_at_) fin_at_ = std::max({peer_next_, witness_.peer_end(), witness_.acknowledged()});
  peer_confirmed_ = witness_.heard().in_order_end();
  const int64_t place = witness_.acknowledged();
  const int64_t room = std::min(witness_.window_edge() - place, int64_t{1000});
  TcpSegmentSpec segment = from_peer();
  segment.flags = TcpFlag::Ack;
  segment.acknowledgment = *witness_.our_isn() + 1 + static_cast<uint32_t>(peer_confirmed_);
  // A window that is shut is probed: the update that opened it may be lost.
  put_text(segment, place, std::max(room, int64_t{1}));
  if (place <= *fin_at_) put_fin(segment);
  deliver(segment);
}

}  // namespace penstock::fuzz
