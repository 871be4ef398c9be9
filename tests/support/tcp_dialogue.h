// SPDX-License-Identifier: Apache-2.0
//
// TcpDialogue: a conversation with one TCP stack, segment by segment, in virtual time. The script
// plays the peer's TCP and our user; the stack, IP and ARP under test are real.
// Numbers are relative as in packetdrill: each side's SYN is 0. Flags are letters of "SFRAEWU" (W
// is CWR); PSH is not looked at. A segment that the script does not expect is a failure, at the
// latest at the end. Used by tests, on one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/tcp/stack.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {

// One segment, as the script says or expects it.
struct Line {
  std::string flags = {};
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint32_t length = 0;  // bytes of payload
  // What the peer offers; when expected, nullopt stands for any.
  std::optional<uint16_t> window = std::nullopt;
  std::optional<uint16_t> mss = std::nullopt;
  std::optional<uint8_t> scale = std::nullopt;
  // Blocks of received bytes, relative like seq; compared when expected, and sent when said.
  std::optional<std::vector<std::pair<uint32_t, uint32_t>>> sack = std::nullopt;
  bool sack_permitted = false;
  std::optional<wire::Ecn> ecn = std::nullopt;
  std::optional<bool> push = std::nullopt;  // expected only, like the next two
  std::optional<uint8_t> hop_limit = std::nullopt;
  std::optional<uint8_t> dscp = std::nullopt;
  std::optional<uint32_t> stamp = std::nullopt;  // TSval of the peer
  // TSecr: an absolute value when the peer says it; the peer's TSval when it is expected.
  std::optional<uint32_t> echo = std::nullopt;
};

class TcpDialogue {
 public:
  // The settings' address and MAC are fixed: we are 10.0.0.2, the peer is 10.0.0.1.
  explicit TcpDialogue(tcp::StackSettings settings = small_settings());
  ~TcpDialogue();
  TcpDialogue(const TcpDialogue&) = delete;
  TcpDialogue& operator=(const TcpDialogue&) = delete;

  static tcp::StackSettings small_settings();

  // --- The peer.
  void peer_sends(const Line& line);
  // Several in one burst, before we can answer.
  void peer_sends_burst(std::initializer_list<Line> lines);
  void expect(const Line& line);
  void expect_silence();
  // For floods: whether something is left to expect; the number after the next one, unexamined.
  bool has_sent() const { return !sent_.empty(); }
  uint32_t skip_one();
  // Whatever is sent in answer is not looked at.
  void peer_sends_ignoring(const Line& line);
  // A router on the way sends an ICMP error that quotes a segment of ours.
  struct Quote {
    uint32_t seq = 0;
    uint16_t mtu = 0;
    uint16_t peer_port = 0;  // 0: of this conversation
    uint8_t code = 3;        // of destination unreachable: the port is
  };
  void router_says_too_big(const Quote& quote);
  void router_says_unreachable(const Quote& quote);
  // The peer opens from another port, with new numbers; the old conversation is forgotten.
  void peer_changes_port(uint16_t port);
  // The peer's SYN has this number from now on.
  void peer_restarts_at(uint32_t isn) { peer_isn_ = isn; }

  // --- Time, in milliseconds since the start. Whatever falls due on the way happens.
  void at_ms(int64_t ms);
  int64_t now_ms() const { return now_.ns() / 1'000'000 - kStartMs; }

  // --- Our user.
  void listen() { require(node_.stack.listen(kOurs, kTag).ok()); }
  void connect();
  void write(uint32_t bytes);
  // Takes all that was received; returns how many bytes.
  uint32_t read();
  void close();
  void abort();
  void release();
  tcp::Stream& stream() { return stream_; }
  bool has_stream() const { return static_cast<bool>(stream_); }
  // What take_ready() said since this was asked last, all together.
  tcp::Ready take_events() { return std::exchange(events_, tcp::Ready{}); }

  // --- Shortcuts to a state under test: the handshake, from either side, with an MSS of 1000 and
  // windows that are not scaled.
  void open_passively(uint16_t peer_window = 65535);
  void open_actively(uint16_t peer_window = 65535);
  // The same with a peer that sends SACK and answers after kRoundTripMs.
  void open_passively_with_sack();
  // With a peer that sends time stamps too; its clock is at `stamp`.
  void open_passively_with_stamps(uint32_t stamp);
  // TSval of the last segment that was expected or skipped.
  uint32_t our_stamp() const { return our_stamp_; }

  // How often we have asked for the peer's MAC.
  uint32_t arp_questions() const { return arp_questions_; }

  TcpNode& node() { return node_; }
  const tcp::StackCounters& counters() const { return node_.stack.counters(); }
  uint64_t drops(wire::DropReason reason) const { return node_.stack.drops().read(reason); }

  // Processes what has arrived, lets events out and sends what is due.
  void turn();

  static constexpr uint32_t kTag = 42;
  static constexpr uint16_t kMss = 1000;
  static constexpr int64_t kRoundTripMs = 40;

 private:
  static constexpr int64_t kStartMs = 1000;
  static inline const base::Endpoint kOurs = endpoint("10.0.0.2", 80);

  static void require(bool ok) { CHECK(ok); }
  void deliver(const Line& line);
  void deliver_icmp(uint8_t code, const Quote& quote);
  void collect_sent();
  void answer_arp(base::ByteSpan payload);
  void learn_numbers(const TcpSegmentSpec& segment);
  std::string tell(const TcpSegmentSpec& segment) const;
  std::vector<std::pair<uint32_t, uint32_t>> sack_of(const TcpSegmentSpec& segment) const;

  TcpNode node_;
  base::Instant now_ = base::Instant::from_ns(kStartMs * 1'000'000);
  base::Endpoint local_ = kOurs;
  base::Endpoint remote_ = endpoint("10.0.0.1", 5000);
  uint32_t peer_isn_ = 100'000;
  uint32_t our_isn_ = 0;
  uint32_t our_stamp_ = 0;
  uint32_t arp_questions_ = 0;
  std::deque<TcpSegmentSpec> sent_;
  tcp::Stream stream_;
  tcp::Ready events_ = {};
};

}  // namespace penstock::testing
