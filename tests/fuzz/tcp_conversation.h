// SPDX-License-Identifier: Apache-2.0
//
// TcpConversation: one TCP stack, its user and its peer, who all do what a fuzzer's program says:
// segments with numbers in, at and beyond the windows, user calls, time, scarcity. A TcpWitness
// listens. At the end the world heals: an honest peer brings the conversation to its end, nothing
// may be stuck and no buffer may be missing.
// A peer that lies says what no TCP may: then only the witness and the buffers are looked at.
// Single-threaded, in virtual time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/tcp/stack.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/fuzz_program.h"
#include "tests/fuzz/tcp_witness.h"
#include "tests/support/packet_builder.h"

namespace penstock::fuzz {

class TcpConversation {
 public:
  explicit TcpConversation(FuzzProgram program);
  void run();

 private:
  static constexpr uint16_t kOurPort = 80;
  static constexpr uint16_t kStrangerPort = 7000;  // and the next three

  // What the first bytes of the program choose.
  struct Choices {
    explicit Choices(FuzzProgram& program);
    bool we_open = false;
    bool peer_lies = false;
    bool peer_scales = false;
    bool peer_sacks = false;
    bool peer_stamps = false;
    bool skips_handshake = false;
    uint16_t peer_mss = 1000;
    uint8_t peer_shift = 0;
    uint32_t peer_isn = 100'000;
    tcp::StackSettings stack;
  };

  // --- The story.
  void open();
  void act();
  void act_as_peer(uint8_t choice);
  void act_as_user(uint8_t choice);
  void act_as_world(uint8_t choice);
  void end();

  // --- The peer.
  testing::TcpSegmentSpec from_peer() const;
  void put_text(testing::TcpSegmentSpec& segment, int64_t place, int64_t bytes);
  void put_fin(testing::TcpSegmentSpec& segment);
  void put_sack_blocks(testing::TcpSegmentSpec& segment);
  void send_anything();
  void send_text(int64_t place, int64_t bytes);
  void acknowledge(int64_t place);
  int64_t confirmed() const;
  void send_fin();
  void send_syn(wire::TcpFlags flags);
  void send_too_big();
  void stranger_sends();
  void deliver(const testing::TcpSegmentSpec& segment);

  // --- The user.
  void read(int64_t bytes_max);
  void write(int64_t bytes);
  void close();
  void abort();

  // --- The world.
  void turn();
  void collect_sent();
  void tell(const testing::TcpSegmentSpec& segment) const;
  void on_ready(const tcp::Ready& ready);
  void answer_arp(base::ByteSpan message);
  base::Instant next_deadline() const;
  void pass(base::Duration time);

  // --- The end.
  void heal();
  void answer_honestly();
  void expect_nothing_left();

  FuzzProgram program_;
  const Choices choices_;
  FuzzHost host_;
  tcp::Stack stack_;
  TcpWitness witness_;
  base::Instant now_ = FuzzHost::kStart;
  base::Endpoint ours_;
  base::Endpoint peers_;
  tcp::Stream stream_;
  uint32_t lost_ = 0;                        // so many of our next segments never reach the peer
  bool is_blocked_ = false;                  // the port takes nothing
  bool turns_at_once_ = true;                // or the segments of several steps arrive in one burst
  int64_t peer_next_ = 0;                    // where its user's next byte goes
  int64_t peer_confirmed_ = 0;               // the last place that it acknowledged
  std::optional<int64_t> fin_at_;            // the peer's stream ends there
  std::array<uint32_t, 4> stranger_isns_{};  // what we said to each of them
};

}  // namespace penstock::fuzz
