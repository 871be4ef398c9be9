// SPDX-License-Identifier: Apache-2.0
//
// What a failed attempt at a backend means: may the request be sent to another one, and if not,
// which reply does the client get. Pure functions; the proxy acts on the answers.
// A request is repeated only when it cannot have been acted upon (no byte of it was sent) or when
// acting twice is harmless (RFC 9110 9.2.2), and only while all of it can still be sent again.
// Any thread.
#pragma once

#include <cstdint>

#include "dataplane/http/method.h"
#include "dataplane/http/reason.h"
#include "dataplane/tcp/stream.h"
#include "dataplane/upstream/connection_pool.h"

namespace penstock::upstream {

// How far the attempt had come.
enum class FailurePoint : uint8_t {
  Lease,             // no connection could be begun
  Connect,           // the handshake did not complete: nothing was sent
  BeforeResponse,    // the request was sent, no byte of a response came
  BeforeForwarding,  // a response ended early, and nothing of it has left for the client
  InResponse,        // bytes of the response have come
};

// Whether body bytes have left our hands; those are not kept for a second time.
enum class BodySent : uint8_t { No, Yes };

struct Attempt {
  FailurePoint point = FailurePoint::Connect;
  http::Method method = http::Method::Other;
  BodySent body_sent = BodySent::No;
};

enum class Retry : uint8_t { Allowed, Forbidden };
Retry may_retry(const Attempt& attempt) noexcept;

// The reply for a connection that ended in `close` at `point`; InResponse has no reply any more.
http::ReplyReason reply_for(FailurePoint point, tcp::CloseReason close) noexcept;
http::ReplyReason reply_for(LeaseError error) noexcept;

// Whom the connection's end speaks against: a backend that does not answer is avoided for a while.
enum class Blame : uint8_t { Backend, Ourselves };
Blame blame_for(FailurePoint point, tcp::CloseReason close) noexcept;

}  // namespace penstock::upstream
