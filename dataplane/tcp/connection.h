// SPDX-License-Identifier: Apache-2.0
//
// Connection: the transmission control block: what is known about one connection, as sub-structs
// for the handshake, sending, receiving and waiting. It holds the facts; the rules are in
// segment_arrives.cc (input), user_calls.cc, transmit.cc (output) and timers.cc.
// Lives in Shared::connections, on the worker that owns the stack.
// Invariants: (1) state() changes only through enter(); (2) snd_una <= snd_nxt, which never goes
// back, and once synchronized the scoreboard holds what lies between; (3) it is in Shared::flows
// exactly while state() is not Closed.
// RFC 9293 3.3.1.
#pragma once

#include <algorithm>
#include <cstdint>

#include "dataplane/base/list.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/tcp/congestion.h"
#include "dataplane/tcp/congestion_echo.h"
#include "dataplane/tcp/deadlines.h"
#include "dataplane/tcp/flow_key.h"
#include "dataplane/tcp/loss.h"
#include "dataplane/tcp/receive_buffer.h"
#include "dataplane/tcp/receive_window.h"
#include "dataplane/tcp/rtt.h"
#include "dataplane/tcp/sack_scoreboard.h"
#include "dataplane/tcp/send_buffer.h"
#include "dataplane/tcp/state.h"
#include "dataplane/tcp/stream.h"
#include "dataplane/tcp/timestamps.h"

namespace penstock::tcp {

struct Shared;

enum class Origin : uint8_t { Active, Passive };

struct Handshake {
  Seq iss;
  Seq irs;
  base::Instant started;
  Origin origin = Origin::Active;
  bool syn_repeated = false;  // for whatever reason
  bool syn_was_lost = false;  // the timer expired
  bool completed = false;
  uint16_t mss = 536;        // what we announce: the largest segment that we want to receive
  uint8_t window_shift = 0;  // what we announce
  bool peer_scales = false;  // it sent the option (we offer it always on an active open)
  bool sack = false;         // it takes SACK blocks, and sends them
};

struct Sending {
  Seq una;  // RFC 9293: SND.UNA, SND.NXT
  Seq nxt;
  uint32_t window = 0;      // SND.WND, scaled
  uint32_t window_max = 0;  // the largest that the peer ever offered
  Seq window_seq;           // SND.WL1
  Seq window_ack;           // SND.WL2
  uint16_t mss = 536;       // the largest segment that we may send
  uint8_t window_shift = 0;
  bool fin_queued = false;    // FIN follows the last byte of the buffer
  uint8_t probes = 0;         // window probes since the window was last open
  uint8_t loss_timeouts = 0;  // expiries since snd_una last moved
  SendBuffer buffer;
  SackScoreboard scoreboard;
  Rtt rtt;
  Congestion congestion;
  Loss loss;
  base::Instant last_sent;
  // When the first unanswered retransmission or probe was due; never() while the peer answers.
  base::Instant unanswered_since = base::Instant::never();
  uint8_t unanswered = 0;         // expiries since then
  uint8_t keep_alive_probes = 0;  // unanswered ones
  // Since when the peer has kept its window shut; never() while it is open.
  base::Instant shut_since = base::Instant::never();
  bool repeated = false;    // something was sent again since the peer acknowledged last
  bool user_waits = false;  // was told that there is no room; is told when there is

  // One past everything that the user wants sent.
  Seq end() const noexcept { return buffer.end() + (fin_queued ? 1u : 0u); }
  bool is_fin_acknowledged() const noexcept { return fin_queued && una == end(); }
  // What is believed to be in the network (RFC 6675: pipe).
  uint32_t in_flight() const noexcept {
    const uint32_t counted = scoreboard.in_flight_bytes();
    return counted - std::min(loss.duplicates * mss, counted);
  }
};

enum class AckDue : uint8_t { No, Delayed, Now };

// RFC 2883: what was received twice is reported once, with the next ACK.
struct DuplicateRange {
  Seq start;
  Seq end;  // start: nothing to report
};

struct Receiving {
  Seq nxt;  // RCV.NXT
  ReceiveWindow window;
  ReceiveBuffer buffer;
  Seq acknowledged;              // the last RCV.NXT that the peer was told
  uint16_t segment_bytes = 536;  // the largest segment seen: what "full" means for this peer
  bool fin_seen = false;
  Seq fin_at;                  // its number, when fin_seen
  base::Instant last_arrival;  // of an acceptable segment
  AckDue ack = AckDue::No;
  DuplicateRange duplicate;
};

// What the next flush has to do besides sending new data.
struct Due {
  bool syn : 1 = false;         // SYN or SYN,ACK
  bool probe : 1 = false;       // one byte beyond the window
  bool tail_probe : 1 = false;  // one segment more, new or the last one again
  bool keep_alive : 1 = false;  // an ACK of what was acknowledged long ago
  bool reset : 1 = false;
};

// What is to be reported; see Ready.
struct Events {
  bool accepted : 1 = false;
  bool connected : 1 = false;
  bool readable : 1 = false;
  bool writable : 1 = false;
  bool peer_closed : 1 = false;
  bool closed : 1 = false;
};

struct ReadyTag {};
struct TouchedTag {};
struct OpenTag {};

class Connection : public base::TimerNode,
                   public base::ListNode<ReadyTag>,
                   public base::ListNode<TouchedTag>,
                   public base::ListNode<OpenTag> {
 public:
  Connection(Shared& shared, const FlowKey& flow, uint32_t hash) noexcept;
  ~Connection();

  State state() const noexcept { return state_; }
  // The only writer of the state. Keeps the gauges.
  void enter(State next) noexcept;

  // The next flush looks at this connection.
  void touch() noexcept;
  // take_ready() returns this connection.
  void report() noexcept;
  // The peer was heard: from now on it is answered there, if its interface replies to the sender.
  void follow(const net::NextHopCache& reply_hop) noexcept {
    if (reply_hop.names_sender()) next_hop = reply_hop;
  }

  // What the user may have under way; less while buffers are scarce.
  uint32_t send_capacity() const noexcept;
  uint32_t receive_slices_max() const noexcept;
  // Room that is left for the user's bytes.
  uint32_t write_space() const noexcept;
  // Room that is left for the peer's bytes.
  uint32_t receive_room() const noexcept;
  // The next ACK has something to say that a segment with data has no room for.
  bool owes_sack() const noexcept {
    return handshake.sack && receiving.ack == AckDue::Now &&
           (receiving.buffer.has_gap() || receiving.duplicate.start != receiving.duplicate.end);
  }

  // --- Identity.
  Shared& shared;
  const FlowKey flow;
  const uint32_t hash;
  // --- What it is doing.
  Due due;
  Events events;
  bool released = false;  // its user has gone
  CloseReason close_reason = CloseReason::None;
  base::Instant challenge_again_at = base::Instant::from_ns(INT64_MIN);
  StreamUser user;
  net::NextHopCache next_hop;
  Handshake handshake;
  Sending sending;
  Receiving receiving;
  Timestamps timestamps;
  CongestionEcho echo;
  Deadlines deadlines;

 private:
  State state_ = State::Closed;
};

static_assert(sizeof(Connection) <= 900);

}  // namespace penstock::tcp
