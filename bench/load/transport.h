// SPDX-License-Identifier: Apache-2.0
//
// Transport: as much of TCP as a peer needs on a wire that loses nothing and keeps the order: one
// message at a time in each direction, windows, delayed acknowledgments, orderly ends. What is
// lost all the same is sent again by a time-out, and what comes twice or too early is counted.
// It is written for one purpose, to be faster than the system that it loads, and shares no code
// with it. Called by Clients and Origins, single-threaded, with instants that never go back.
// Invariants: (1) una <= nxt <= message's end (and one for FIN); (2) a flow that owes an
// acknowledgment is on one of the two lists.
// RFC 9293, RFC 7323 2 (window scale), RFC 1122 4.2.3.2 (delayed acknowledgment).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "bench/load/frame.h"
#include "bench/load/load_message.h"
#include "bench/load/outbox.h"

namespace penstock::load {

enum class After : uint8_t { KeepOpen, Fin };

// One connection, seen from its peer's side.
struct Flow {
  enum class State : uint8_t { Closed, SynSent, SynReceived, Open };

  HeaderTemplate header;
  State state = State::Closed;
  uint8_t peer_shift = 0;
  uint8_t message = 0;  // which one is being sent
  After after = After::KeepOpen;
  bool sending = false;  // something of the message, or FIN, has not been sent yet
  bool fin_sent = false;
  bool fin_received = false;
  bool blocked = false;  // listed: the outbox was full
  enum class Owes : uint8_t { Nothing, Soon, Now } owes = Owes::Nothing;
  uint32_t una = 0;
  uint32_t nxt = 0;
  uint32_t message_begin = 0;
  uint32_t send_edge = 0;  // the right edge of the peer's window
  uint32_t rcv_nxt = 0;
  uint32_t acknowledged = 0;  // the last rcv_nxt that the peer was told
  uint32_t read_limit = 0;    // a slow reader: how much more it will take; 0: everything
  uint64_t acknowledge_at_ns = 0;
  uint64_t moved_ns = 0;  // when the peer last acknowledged something

  // --- What is read: HTTP's own.
  uint64_t received = 0;  // of the message that is being received
  uint64_t expected = 0;  // of it, once its head is known
  uint64_t messages = 0;  // received whole
  uint64_t begun_ns = 0;  // when the request was due
  bool verify = true;     // compare this body byte for byte

  bool is_open() const noexcept { return state == State::Open; }
  // Both FINs are through, or the connection was reset.
  bool is_over() const noexcept {
    return state == State::Closed || (fin_received && fin_sent && una == nxt);
  }
};

struct TransportCounters {
  uint64_t segments_in = 0;
  uint64_t segments_out = 0;
  uint64_t resent = 0;        // time-outs
  uint64_t out_of_order = 0;  // gaps and repetitions
  uint64_t resets = 0;
};

class Transport {
 public:
  static constexpr uint8_t kWindowShift = 6;
  static constexpr uint64_t kAcknowledgeLateNs = 40'000'000;
  static constexpr uint64_t kResendNs = 400'000'000;

  Transport(Outbox& outbox, std::span<const Message> messages, const Pattern& pattern) noexcept
      : outbox_(outbox), messages_(messages), pattern_(pattern) {}

  void connect(Flow& flow, const HeaderTemplate::Ends& ends, uint32_t isn,
               uint64_t now_ns) noexcept;
  void accept(Flow& flow, const HeaderTemplate::Ends& ends, uint32_t isn, const TcpFrame& syn,
              uint64_t now_ns) noexcept;
  // Begins a message: the one before has been sent whole.
  void send(Flow& flow, uint8_t message, After after, uint64_t now_ns) noexcept;
  void send_fin(Flow& flow) noexcept;
  void reset(Flow& flow) noexcept;
  // Before a flow is forgotten.
  void acknowledge_now(Flow& flow) noexcept {
    if (flow.acknowledged != flow.rcv_nxt) emit(flow, flow.nxt, kAck, 0);
  }
  // A slow reader has read: its window is opened further with the end of the burst.
  void tell_window(Flow& flow) noexcept { owe(flow, Flow::Owes::Now, 0); }

  struct Arrival {
    Bytes text;  // in order
    bool connected = false;
    bool closed = false;  // FIN came, and all text before it
    bool reset = false;
  };
  Arrival on_segment(Flow& flow, const TcpFrame& segment, uint64_t now_ns) noexcept;

  // After a burst: acknowledges what must not wait.
  void end_burst(uint64_t now_ns) noexcept;
  // Often: late acknowledgments, and what found the outbox full.
  void on_time(uint64_t now_ns) noexcept;
  // Now and then, for each flow: sends again what was not acknowledged in time.
  void check(Flow& flow, uint64_t now_ns) noexcept;
  // How many flows a caller checks at a time, so that all of them get their turn.
  static constexpr uint32_t kCheckedPerCall = 16;

  const TransportCounters& counters() const noexcept { return counters_; }

 private:
  enum class Emitted : uint8_t { Yes, NoRoom };

  Emitted emit(Flow& flow, uint32_t seq, uint8_t flags, uint32_t bytes) noexcept;
  void emit_syn(Flow& flow, uint8_t flags) noexcept;
  void push(Flow& flow) noexcept;
  void push_pending(Flow& flow) noexcept;
  void on_ack(Flow& flow, const TcpFrame& segment, uint64_t now_ns) noexcept;
  void owe(Flow& flow, Flow::Owes owes, uint64_t now_ns) noexcept;
  uint16_t window_field(const Flow& flow) const noexcept;
  uint32_t message_end(const Flow& flow) const noexcept {
    return flow.message_begin + static_cast<uint32_t>(messages_[flow.message].size());
  }

  Outbox& outbox_;
  std::span<const Message> messages_;
  const Pattern& pattern_;
  TransportCounters counters_;
  std::vector<Flow*> owe_now_;
  std::deque<Flow*> owe_soon_;  // by the instant at which they are due
  std::vector<Flow*> blocked_;
  std::vector<Flow*> retried_;  // scratch
};

}  // namespace penstock::load
