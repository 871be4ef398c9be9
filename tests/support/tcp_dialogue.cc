// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_dialogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "dataplane/wire/ipv4.h"

namespace penstock::testing {

namespace {

using wire::TcpFlag;

wire::TcpFlags flags_of(const std::string& letters) {
  wire::TcpFlags flags;
  for (const char letter : letters) {
    if (letter == 'S') flags |= TcpFlag::Syn;
    if (letter == 'F') flags |= TcpFlag::Fin;
    if (letter == 'R') flags |= TcpFlag::Rst;
    if (letter == 'A') flags |= TcpFlag::Ack;
    if (letter == 'U') flags |= TcpFlag::Urg;
    if (letter == 'E') flags |= TcpFlag::Ece;
    if (letter == 'W') flags |= TcpFlag::Cwr;
  }
  return flags;
}

TcpNodeSettings node_settings(const tcp::StackSettings& stack) {
  TcpNodeSettings settings;
  settings.address = prefix("10.0.0.2/24");
  settings.mac_last = 2;
  settings.stack = stack;
  return settings;
}

}  // namespace

tcp::StackSettings TcpDialogue::small_settings() {
  tcp::StackSettings settings;
  settings.connections_max = 8;
  settings.half_open_max = 4;
  settings.time_wait_max = 4;
  settings.mss = kMss;
  settings.receive_window_bytes = 32'000;
  settings.send_buffer_bytes = 64'000;
  settings.isn_key = {3, 4};
  return settings;
}

TcpDialogue::TcpDialogue(tcp::StackSettings settings) : node_(node_settings(settings)) {
  // Asking for our MAC address makes the peer's known.
  node_.port.deliver(
      build_arp({mac(1), base::MacAddress::broadcast()}, {.operation = wire::ArpOperation::Request,
                                                          .sender_mac = mac(1),
                                                          .sender_ip = ip("10.0.0.1"),
                                                          .target_mac = {},
                                                          .target_ip = ip("10.0.0.2")}));
  turn();
}

TcpDialogue::~TcpDialogue() {
  expect_silence();
  // A test need not end its connection; the stack's end drops it.
}

void TcpDialogue::turn() {
  node_.receive(now_);
  while (const auto ready = node_.stack.take_ready()) {
    if (ready->accepted) stream_ = ready->stream;
    events_.stream = ready->stream;
    events_.user = ready->user;
    events_.accepted |= ready->accepted;
    events_.connected |= ready->connected;
    events_.readable |= ready->readable;
    events_.writable |= ready->writable;
    events_.peer_closed |= ready->peer_closed;
    events_.closed |= ready->closed;
  }
  node_.send(now_);
  collect_sent();
}

void TcpDialogue::collect_sent() {
  for (const Frame& frame : node_.port.take_all_sent()) {
    const auto ethernet = wire::parse_ethernet(frame);
    CHECK(ethernet.ok());
    const base::ByteSpan payload = base::ByteSpan(frame).subspan(wire::kEthernetHeaderBytes);
    if (ethernet->type == wire::EtherType::Arp) {
      answer_arp(payload);
      continue;
    }
    sent_.push_back(read_tcp_frame(frame));
    learn_numbers(sent_.back());
  }
}

// The peer is there as long as the dialogue lasts, whoever asks for it and how often.
void TcpDialogue::answer_arp(base::ByteSpan payload) {
  const auto asked = wire::parse_arp(payload);
  if (!asked || asked->operation != wire::ArpOperation::Request) return;
  if (asked->target_ip != remote_.address) return;
  ++arp_questions_;
  node_.port.deliver(build_arp({mac(1), mac(2)}, {.operation = wire::ArpOperation::Reply,
                                                  .sender_mac = mac(1),
                                                  .sender_ip = asked->target_ip,
                                                  .target_mac = mac(2),
                                                  .target_ip = asked->sender_ip}));
  turn();
}

void TcpDialogue::learn_numbers(const TcpSegmentSpec& segment) {
  if (!segment.flags.syn()) return;
  our_isn_ = segment.sequence;
  local_ = segment.source;
}

void TcpDialogue::deliver(const Line& line) {
  TcpSegmentSpec segment;
  segment.source = remote_;
  segment.destination = local_;
  segment.flags = flags_of(line.flags);
  segment.sequence = peer_isn_ + line.seq;
  if (segment.flags.ack()) segment.acknowledgment = our_isn_ + line.ack;
  segment.window = line.window.value_or(65535);
  segment.options.mss = line.mss;
  segment.options.window_scale = line.scale;
  segment.options.sack_permitted = line.sack_permitted;
  segment.ecn = line.ecn.value_or(wire::Ecn::NotCapable);
  if (line.stamp) segment.options.timestamps = {*line.stamp, line.echo.value_or(our_stamp_)};
  if (line.sack) {
    for (const auto& [left, right] : *line.sack) {
      segment.options.sack_blocks[segment.options.sack_blocks_count++] = {our_isn_ + left,
                                                                          our_isn_ + right};
    }
  }
  segment.payload.assign(line.length, 'x');
  node_.port.deliver(build_tcp_frame({mac(1), mac(2)}, segment));
}

void TcpDialogue::peer_sends(const Line& line) { peer_sends_burst({line}); }

void TcpDialogue::peer_sends_burst(std::initializer_list<Line> lines) {
  expect_silence();
  for (const Line& line : lines) deliver(line);
  turn();
}

// RFC 792: the IP header and the first eight bytes of what could not be delivered.
void TcpDialogue::deliver_icmp(uint8_t code, const Quote& quote) {
  TcpSegmentSpec segment;
  segment.source = local_;
  segment.destination = remote_;
  if (quote.peer_port != 0) segment.destination.port = quote.peer_port;
  segment.sequence = our_isn_ + quote.seq;
  segment.flags = TcpFlag::Ack;
  Frame quoted = build_tcp_packet(segment);
  quoted.resize(wire::kIpv4HeaderBytes + 8);
  constexpr uint8_t kDestinationUnreachable = 3;
  const Frame message = build_icmp(kDestinationUnreachable, code, quote.mtu, quoted);
  const Frame packet = build_ipv4(
      {.source = ip("10.0.0.9"), .destination = local_.address, .protocol = wire::kProtocolIcmp},
      message);
  node_.port.deliver(build_ethernet({mac(1), mac(2)}, wire::EtherType::Ipv4, packet));
  turn();
}

void TcpDialogue::router_says_too_big(const Quote& quote) { deliver_icmp(4, quote); }
void TcpDialogue::router_says_unreachable(const Quote& quote) { deliver_icmp(quote.code, quote); }

uint32_t TcpDialogue::skip_one() {
  const TcpSegmentSpec segment = std::move(sent_.front());
  sent_.pop_front();
  if (segment.options.timestamps) our_stamp_ = segment.options.timestamps->value;
  return segment.sequence + static_cast<uint32_t>(segment.payload.size()) - our_isn_;
}

void TcpDialogue::peer_sends_ignoring(const Line& line) {
  peer_sends(line);
  sent_.clear();
}

std::string TcpDialogue::tell(const TcpSegmentSpec& segment) const {
  return "at " + std::to_string(now_ms()) + " ms, relative seq " +
         std::to_string(segment.sequence - our_isn_) + " ack " +
         std::to_string(segment.acknowledgment - peer_isn_) + ": " + describe(segment);
}

void TcpDialogue::expect(const Line& line) {
  ASSERT_FALSE(sent_.empty()) << "at " << now_ms() << " ms nothing was sent, but " << line.flags
                              << " seq " << line.seq << " length " << line.length
                              << " was expected";
  const TcpSegmentSpec segment = sent_.front();
  sent_.pop_front();
  const std::string told = tell(segment);
  if (segment.options.timestamps) our_stamp_ = segment.options.timestamps->value;
  EXPECT_EQ(segment.flags.without(TcpFlag::Psh).bits(), flags_of(line.flags).bits()) << told;
  EXPECT_EQ(segment.sequence, our_isn_ + line.seq) << told;
  if (segment.flags.ack()) {
    EXPECT_EQ(segment.acknowledgment, peer_isn_ + line.ack) << told;
  }
  EXPECT_EQ(segment.payload.size(), line.length) << told;
  if (line.window) {
    EXPECT_EQ(segment.window, *line.window) << told;
  }
  if (line.mss) {
    EXPECT_EQ(segment.options.mss, line.mss) << told;
  }
  if (line.scale) {
    EXPECT_EQ(segment.options.window_scale, line.scale) << told;
  }
  if (line.sack) {
    EXPECT_EQ(sack_of(segment), *line.sack) << told;
  }
  if (!segment.flags.syn()) {
    // RFC 9293 3.7.1 (MUST-65) and its like.
    EXPECT_FALSE(segment.options.mss || segment.options.window_scale) << told;
    EXPECT_FALSE(segment.options.sack_permitted) << told;
  }
  if (line.push) {
    EXPECT_EQ(segment.flags.psh(), *line.push) << told;
  }
  if (line.hop_limit) {
    EXPECT_EQ(segment.hop_limit, *line.hop_limit) << told;
  }
  if (line.dscp) {
    EXPECT_EQ(segment.dscp, *line.dscp) << told;
  }
  if (line.ecn) {
    EXPECT_EQ(static_cast<int>(segment.ecn), static_cast<int>(*line.ecn)) << told;
  }
  if (line.sack_permitted) {
    EXPECT_TRUE(segment.options.sack_permitted) << told;
  }
  if (line.echo) {
    ASSERT_TRUE(segment.options.timestamps.has_value()) << told;
    EXPECT_EQ(segment.options.timestamps->echo_reply, *line.echo) << told;
  }
}

std::vector<std::pair<uint32_t, uint32_t>> TcpDialogue::sack_of(
    const TcpSegmentSpec& segment) const {
  std::vector<std::pair<uint32_t, uint32_t>> blocks;
  for (uint8_t i = 0; i < segment.options.sack_blocks_count; ++i) {
    const wire::SackBlock& block = segment.options.sack_blocks[i];
    blocks.emplace_back(block.left - peer_isn_, block.right - peer_isn_);
  }
  return blocks;
}

void TcpDialogue::expect_silence() {
  for (const TcpSegmentSpec& segment : sent_) ADD_FAILURE() << "unexpected " << tell(segment);
  sent_.clear();
}

void TcpDialogue::peer_changes_port(uint16_t port) {
  expect_silence();
  remote_.port = port;
  our_isn_ = 0;
  stream_ = {};
}

void TcpDialogue::at_ms(int64_t ms) {
  const base::Instant end = base::Instant::from_ns((kStartMs + ms) * 1'000'000);
  CHECK(end >= now_);
  while (node_.next_deadline() <= end) {
    now_ = std::max(now_, node_.next_deadline());
    turn();
  }
  now_ = end;
  turn();
}

void TcpDialogue::connect() {
  remote_.port = 9000;
  auto opened =
      node_.stack.connect(remote_, {tcp::StreamUser::Kind::Upstream, 7}, now_, std::nullopt);
  require(opened.ok());
  stream_ = *opened;
  turn();
}

void TcpDialogue::write(uint32_t bytes) {
  while (bytes > 0) {
    nic::Slice slice = node_.pool.allocate_slice();
    const uint32_t part = std::min(bytes, nic::PacketPool::kDataBytes);
    std::memset(slice.room().data(), 'y', part);
    slice.commit(part);
    stream_.write(std::move(slice));
    bytes -= part;
  }
  turn();
}

uint32_t TcpDialogue::read() {
  const uint32_t bytes = stream_.received().bytes();
  stream_.received().clear();
  stream_.consumed();
  turn();
  return bytes;
}

void TcpDialogue::close() {
  stream_.close();
  turn();
}

void TcpDialogue::abort() {
  stream_.abort();
  turn();
}

void TcpDialogue::release() {
  std::exchange(stream_, tcp::Stream()).release();
  turn();
}

void TcpDialogue::open_passively(uint16_t peer_window) {
  listen();
  peer_sends({.flags = "S", .window = peer_window, .mss = kMss});
  expect({.flags = "SA", .ack = 1});
  peer_sends({.flags = "A", .seq = 1, .ack = 1, .window = peer_window});
  CHECK(has_stream());
  take_events();
}

void TcpDialogue::open_passively_with_sack() {
  listen();
  peer_sends({.flags = "S", .mss = kMss, .sack_permitted = true});
  expect({.flags = "SA", .ack = 1, .sack_permitted = true});
  at_ms(now_ms() + kRoundTripMs);
  peer_sends({.flags = "A", .seq = 1, .ack = 1});
  CHECK(has_stream());
  take_events();
}

void TcpDialogue::open_passively_with_stamps(uint32_t stamp) {
  listen();
  peer_sends({.flags = "S", .mss = kMss, .sack_permitted = true, .stamp = stamp, .echo = 0});
  expect({.flags = "SA", .ack = 1, .sack_permitted = true, .echo = stamp});
  peer_sends({.flags = "A", .seq = 1, .ack = 1, .stamp = stamp});
  CHECK(has_stream());
  take_events();
}

void TcpDialogue::open_actively(uint16_t peer_window) {
  connect();
  expect({.flags = "S"});
  peer_sends({.flags = "SA", .ack = 1, .window = peer_window, .mss = kMss});
  expect({.flags = "A", .seq = 1, .ack = 1});
  take_events();
}

}  // namespace penstock::testing
