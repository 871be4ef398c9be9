// SPDX-License-Identifier: Apache-2.0
//
// Judges a parsed request before anything is decided on it: how its body is framed, which path it
// means, in what it deviates, and whether it goes on at all. Whatever is severe the parser or
// request_framing() has refused already, in every mode; here the mode decides on the rest. It
// chooses no route and changes no byte; fields that policy drops are marked in the head. Called by
// the proxy, once per head, on the worker that owns the exchange. Invariants: (1) `found` of a
// request that goes on are all its deviations; (2) a suspect or ambiguous request that goes on
// leaves neither of its connections to another request. RFC 9112 6.3 and 11, RFC 9110 9.3; AWS,
// "Desync mitigation mode" of Application Load Balancers.
#pragma once

#include "dataplane/base/bytes.h"
#include "dataplane/http/deviation.h"
#include "dataplane/http/framing.h"
#include "dataplane/http/max_forwards.h"
#include "dataplane/http/message.h"
#include "dataplane/http/normal_path.h"
#include "dataplane/http/request_policy.h"
#include "dataplane/http/semantics.h"

namespace penstock::http {

// Whether other requests may share the connections that a request arrives and leaves on.
enum class Sharing : uint8_t { Allowed, Forbidden };

struct Judgement {
  ReplyReason refusal = ReplyReason::None;  // else the request is answered with this, and closed
  Sharing sharing = Sharing::Allowed;
  Framing framing;
  Deviations found;
  ConnectionOptions connection;
  MaxForwards max_forwards;
  std::string_view path;           // the normal one, which rules are matched on
  bool path_is_rewritten = false;  // and lies in the caller's room, not among the head's bytes
};

// `path_room` has the size of the head's path at least, base::kRequestLineBytesMax always will do.
Judgement judge_request(RequestHead& head, base::ByteSpan bytes, const RequestPolicy& policy,
                        base::MutableByteSpan path_room) noexcept;

// The path that goes to a backend instead of the received one; empty: none does.
inline std::string_view path_to_send(const Judgement& judgement,
                                     const RequestPolicy& policy) noexcept {
  const bool anew = judgement.path_is_rewritten && policy.sent_path == SentPath::Normalized;
  return anew ? judgement.path : std::string_view();
}

}  // namespace penstock::http
