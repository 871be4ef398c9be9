// SPDX-License-Identifier: Apache-2.0
//
// One client connection between, within and after its exchanges. HTTP/1 has one exchange at a time;
// pipelined requests wait in the stream until it is over (RFC 9112 9.3.2).
// Plain state: the conductor acts on it. About 200 bytes, which is what an idle client costs above
// its TCP connection.
// Owned by the conductor on one worker.
// Invariants: (1) exchange is set exactly when phase is InExchange; (2) its deadline is armed in
// every other phase.
#pragma once

#include <cstdint>

#include "dataplane/base/list.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/http/codec.h"
#include "dataplane/proxy/proxy_protocol.h"
#include "dataplane/tcp/stream.h"

namespace penstock::proxy {

// After our FIN, and when it has taken all that we sent, a client has this long to close its side.
// Closing at once would answer what it still sends with RST, and that RST may overtake the response
// (RFC 9112 9.6).
inline constexpr base::Duration kLinger = base::Duration::from_s(2);
// One that goes on sending may read the response behind all that it has to send, or never stop.
inline constexpr base::Duration kLingerMax = base::Duration::from_s(30);

struct Exchange;
struct OfWorker {};
struct RunnableTag {};

struct Downstream : base::ListNode<OfWorker>, base::ListNode<RunnableTag>, base::TimerNode {
  using Runnable = base::ListNode<RunnableTag>;

  enum class Phase : uint8_t {
    AwaitingProxyHeader,  // who the client is comes first
    AwaitingRequest,      // nothing of the next request has come; the deadline closes quietly
    ReadingHead,          // some bytes have come; the deadline answers 408
    InExchange,           // the exchange has the deadlines
    Lingering,            // we sent FIN; what the client still sends is discarded until it closes
  };

  tcp::Stream stream;
  Exchange* exchange = nullptr;
  http::HeadProgress head_progress;
  // Who the client is and where it went: the connection's own ends, or what a PROXY protocol header
  // said.
  ClientEndpoints ends;
  base::Instant accepted;
  base::Instant head_begun;
  base::Instant patience_ends;  // Lingering: for a client that takes nothing of what is left
  base::Instant linger_ends;    // Lingering: for one that goes on sending
  uint32_t requests = 0;
  uint32_t bytes_left = 0;   // not acknowledged when that was looked at last
  uint32_t listener = 0;     // slot in Listeners
  uint32_t listener_id = 0;  // by which it is counted
  http::Codec codec;         // what the client speaks
  Phase phase = Phase::AwaitingProxyHeader;
  bool still_sends = false;  // Lingering: it did, since that was looked at last
  uint64_t counted_as = 0;   // by which its source's connections are counted; 0: it is not
};

}  // namespace penstock::proxy
