// SPDX-License-Identifier: Apache-2.0
//
// One request with its response, from the end of the request's head to the end of the response.
// Plain state: the conductor acts on it, its stages are one file each. The head itself is not kept:
// what later stages need of it stands here, and `head` holds what is sent to a backend.
// Owned by the conductor on one worker.
// Invariants: (1) snapshot is held for as long as the exchange lives; (2) upstream is set exactly
// in Connecting, AwaitingResponse, Responding and Tunneling; (3) no response byte has left before
// Responding, interim responses excepted.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/base/limits.h"
#include "dataplane/base/list.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/http/client_address.h"
#include "dataplane/http/compliance.h"
#include "dataplane/http/head_progress.h"
#include "dataplane/http/http_version.h"
#include "dataplane/http/method.h"
#include "dataplane/http/reason.h"
#include "dataplane/http/semantics.h"
#include "dataplane/nic/slice.h"
#include "dataplane/proxy/access_record.h"
#include "dataplane/proxy/body_lookahead.h"
#include "dataplane/proxy/body_pump.h"
#include "dataplane/proxy/snapshot.h"
#include "dataplane/proxy/tunnel.h"
#include "dataplane/upstream/backend_connection.h"

namespace penstock::proxy {

struct Downstream;

struct SlowTag {};
struct QueueTag {};

struct Exchange : base::TimerNode, base::ListNode<SlowTag>, base::ListNode<QueueTag> {
  using Slow = base::ListNode<SlowTag>;     // linked while its client takes nothing
  using Queued = base::ListNode<QueueTag>;  // linked exactly in the phase of that name

  enum class Phase : uint8_t {
    Deciding,          // the head is understood, no backend is chosen yet
    Gathering,         // the body comes first, before a backend is asked
    Queued,            // the pool has no connection to spare
    Connecting,        // to the backend tried last
    AwaitingResponse,  // the request is being sent, no final response head has come
    Responding,        // the response head has left; its body is on the way
    Tunneling,         // the backend switched protocols: bytes go both ways
  };

  // Who has to do something next.
  enum class WaitingFor : uint8_t {
    Nobody,
    Turn,
    Connect,
    ClientBody,
    BackendTake,
    Response,
    ClientTake,
    Body,
    Tunnel,
  };

  // Identity and what rules said.
  Downstream* downstream = nullptr;
  Snapshot* snapshot = nullptr;
  uint32_t pool = 0;
  uint64_t key_hash = 0;

  // The request.
  http::Method method = http::Method::Other;
  http::Version client_version = http::Version::Http11;
  http::Trust peer_trust = http::Trust::Untrusted;           // may it speak for its client
  http::Persistence persistence = http::Persistence::Close;  // what the client wants
  http::Sharing sharing = http::Sharing::Allowed;            // of either connection afterwards
  nic::SliceQueue head;     // as sent to a backend; kept while it may be sent again
  bool keeps_body = false;  // what of the body was sent stands behind the head
  BodyPump request_body;
  BodyLookahead lookahead;  // at the request's body, then at the response's, where it is gathered
  bool expects_continue = false;
  bool asks_upgrade = false;    // and may have it
  bool counts_in_pool = false;  // among the requests of its pool

  // The attempt.
  Phase phase = Phase::Deciding;
  bool head_sent = false;
  uint32_t announced_bytes = 0;       // of a PROXY protocol header before the head
  bool was_spoken_to = false;         // by a backend that nothing of the request had come to
  bool is_pending = false;            // counted as waiting for a connection
  bool waits_for_buffers = false;     // the deadline is the time to try again
  uint32_t interim_heads = 0;         // 1xx received
  bool interim_forwarded = false;     // a 1xx has left: the client knows of this backend
  bool wants_new_connection = false;  // a reused one died under this request
  std::array<uint32_t, base::kRetriesMax + 1> tried{};  // ids of backends that failed, or may
  uint32_t tried_count = 0;
  upstream::BackendConnection* upstream = nullptr;

  // The deadline; see deadlines.cc.
  WaitingFor awaited = WaitingFor::Nobody;
  uint64_t sign_of_life = 0;                       // of who is awaited, when it was heard last
  base::Instant patience_ends;                     // unless another sign comes
  base::Instant ends_at = base::Instant::never();  // whatever comes

  // The response.
  http::HeadProgress response_progress;
  bool gathers_response = false;  // its head is understood, its body is waited for
  BodyPump response_body;
  Tunnel tunnel;
  http::Persistence backend_persistence = http::Persistence::Close;
  http::Persistence announced = http::Persistence::Close;  // to the client
  // Why that is a close, where it is for the connection's time or count.
  http::ReplyReason closed_for = http::ReplyReason::None;

  AccessRecord record;

  // Who asks: the peer, or for whom it is trusted to speak.
  base::IpAddress client() const noexcept { return record.client.address; }
  PoolPlan& pool_plan() const noexcept { return snapshot->pools[pool]; }
  std::span<const uint32_t> tried_backends() const noexcept {
    return std::span<const uint32_t>(tried).first(tried_count);
  }
};

}  // namespace penstock::proxy
