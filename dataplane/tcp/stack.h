// SPDX-License-Identifier: Apache-2.0
//
// Stack: all TCP of one worker. Segments and `now` go in, streams that changed come out, and
// flush() sends what became due. It reads no clock, owns no thread and never calls up.
// A turn of the worker: on_segment() for the burst, on_timers(), take_ready() until it is empty
// (users read, write and close), then flush() once.
// Called by the worker that owns it; nothing allocates after construction.
// Invariants: (1) a stream is reported at most once until it is taken; (2) at most one bare ACK per
// connection and turn; (3) every segment that is not used is counted by reason.
// RFC 9293 (all of 3), 5681, 6298, 6528, 6582, 7323 2, 5961 3-5, 6056.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "dataplane/base/access_list.h"
#include "dataplane/base/address.h"
#include "dataplane/base/counter.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "dataplane/base/result.h"
#include "dataplane/base/time.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/steering.h"
#include "dataplane/tcp/congestion.h"
#include "dataplane/tcp/stack_counters.h"
#include "dataplane/tcp/stream.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/icmp.h"

namespace penstock::net {
class Host;
struct IpDatagram;
}  // namespace penstock::net

namespace penstock::tcp {

// When a SYN is answered without remembering it.
enum class SynCookies : uint8_t { WhenHalfOpenFull, Always, Never };

struct KeepAlive {
  base::Duration idle;  // silence before the first probe; zero: off
  base::Duration interval = base::Duration::from_s(75);
  uint8_t probes = 9;  // unanswered ones after which the peer is taken for dead
};

enum class IcmpUse : uint8_t { Used, NotBelieved };

// Addresses that connections to backends open from.
struct SourceAddresses {
  std::span<const base::IpAddress> v4;
  std::span<const base::IpAddress> v6;
};

// What an active open by one interface has to heed.
struct WayOut {
  // How replies find their worker; nullptr: there is one worker only.
  const nic::Steering* steering = nullptr;
  SourceAddresses sources = {};  // none: the address that the route names
};

struct StackSettings {
  uint32_t connections_max = base::kConnectionsDefault;
  uint32_t half_open_max = base::kHalfOpenDefault;
  uint32_t time_wait_max = base::kTimeWaitDefault;
  uint32_t receive_window_bytes = base::kReceiveWindowBytes;
  uint32_t send_buffer_bytes = base::kSendBufferBytes;
  base::Duration time_wait = base::Duration::from_s(base::kTimeWaitSeconds);
  uint16_t mss = 1460;     // the largest segment we announce and send: the port's MTU less 40
  uint8_t hop_limit = 64;  // of IP, 1 to 255
  uint8_t dscp = 0;        // of IP, 0 to 63 (RFC 2474)
  CongestionAlgorithm congestion = CongestionAlgorithm::Cubic;
  SynCookies syn_cookies = SynCookies::WhenHalfOpenFull;
  KeepAlive keep_alive = {};
  // How long a peer may answer nothing (RFC 9293 3.8.3 R2, RFC 5482), and how long it may keep its
  // window shut while it answers; zero: for ever.
  base::Duration user_timeout = base::Duration::from_s(100);
  base::Duration zero_window_timeout = {};
  bool sack = true;          // offered and accepted (RFC 2018)
  bool timestamps = true;    // offered and accepted (RFC 7323)
  bool ecn = false;          // offered and accepted (RFC 3168)
  base::SecretKey flow_key;  // hashes the connection table
  base::SecretKey isn_key;   // RFC 6528
  uint64_t seed = 1;         // source ports
  uint16_t worker = 0;       // as a port's steering counts them
  // By interface, or none at all; what it shows outlives the stack.
  std::span<const WayOut> ways = {};
};

// Who may open connections through a listener. What it shows outlives the listener, or the next
// set_admission().
struct Admission {
  const base::AccessList* access = nullptr;  // nullptr: everybody
  base::Counter* denied = nullptr;           // counts segments of those who may not; may be nullptr
};

enum class ListenError : uint8_t { AddressInUse, TooManyListeners };
enum class ConnectError : uint8_t {
  NoRoute,   // no address of ours leads to the remote
  NoPort,    // every source port that was tried, of every address, is in use towards the remote
  NoMemory,  // connections_max is reached
};

struct Segment;
struct Shared;

class Stack {
 public:
  Stack(const StackSettings& settings, nic::PacketPool& pool, net::Host& host);
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  // Every connection that is left is dropped without a word to its peer.
  ~Stack();

  // --- User calls. The unspecified address listens on every address of the host.
  // `tag` comes back as Ready::user.index of each accepted stream.
  // Who is not admitted is not answered, and leaves no state: his SYN is dropped
  // (tcp_source_denied), and so is what he sends to the listener without a connection.
  base::Result<base::Done, ListenError> listen(base::Endpoint local, uint32_t tag,
                                               const Admission& admission = {}) noexcept;
  // From the next SYN on; connections that are open or opening live on. False when nothing listened
  // there.
  bool set_admission(base::Endpoint local, const Admission& admission) noexcept;
  // Connections that were accepted live on. False when nothing listened there.
  bool stop_listening(base::Endpoint local) noexcept;
  // The SYN leaves at flush(). Success and failure are reported through take_ready().
  base::Result<Stream, ConnectError> connect(
      base::Endpoint remote, StreamUser user, base::Instant now,
      std::optional<base::IpAddress> local = std::nullopt) noexcept;

  // Whether a connection, in TIME-WAIT too, has these endpoints, or a segment that comes for them
  // may bring back a cookie of this stack's.
  bool claims(const base::Endpoint& local, const base::Endpoint& remote,
              base::Instant now) const noexcept;

  // --- The turn.
  // A burst in stages, so that what the next segment needs is on its way while one is at work:
  // stage() understands a datagram and asks for its place in the flow table, carry_staged() asks
  // for the connections of all and then lets the segments arrive, in order. At most
  // base::kBurstPackets are staged.
  void stage(net::IpDatagram&& datagram) noexcept;
  void carry_staged(base::Instant now) noexcept;
  // An ICMP error that quotes a segment of ours.
  IcmpUse on_icmp_error(const wire::IcmpError& error, base::Instant now) noexcept;
  // One alone.
  void on_segment(net::IpDatagram datagram, base::Instant now) noexcept;
  void on_timers(base::Instant now) noexcept;
  // The stream that waits longest with something new; nullopt when there is none.
  std::optional<Ready> take_ready() noexcept;
  // Sends all that is due for connections touched since the last flush.
  void flush(base::Instant now) noexcept;
  // When on_timers() wants to be called at the latest; never() when nothing is pending.
  base::Instant next_deadline() const noexcept;

  // --- What is true now.
  uint32_t connections_open() const noexcept;  // every slot in use, TIME-WAIT not counted
  const StackCounters& counters() const noexcept;
  const wire::DropCounters& drops() const noexcept;
  const StackSettings& settings() const noexcept;

 private:
  void arrives(Segment&& segment, uint32_t hash, base::Instant now) noexcept;

  std::unique_ptr<Shared> shared_;
};

}  // namespace penstock::tcp
