// SPDX-License-Identifier: Apache-2.0
//
// What one worker counts of HTTP: requests and in what they deviate, responses by class, and by
// reason what Penstock answered itself or cut. Written by the worker; read by control.
#pragma once

#include <array>

#include "dataplane/base/counter.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/deviation.h"
#include "dataplane/http/reason.h"

namespace penstock::proxy {

struct ProxyCounters {
  base::Counter downstream_accepted;
  base::Counter downstream_open;  // gauge
  base::Counter exchanges_open;   // gauge
  base::Counter requests;
  std::array<base::Counter, 6> responses_by_class;  // [2] counts 2xx; [0] those without a status
  std::array<base::Counter, http::kReplyReasonCount> replies_by_reason;
  // By RateLimit::id: requests and connections that were refused.
  std::array<base::Counter, base::kRateLimitsMax> refused_by_limit;
  base::Counter sources_not_counted;   // admitted though there was no room to count them
  base::Counter rate_buckets_evicted;  // keys forgotten before their bucket was full again
  // Of requests that were not refused for them.
  std::array<base::Counter, http::kDeviationCount> requests_by_deviation;
  base::Counter retries;
  base::Counter proxy_headers_refused;  // clients cut for want of a PROXY protocol header
  base::Counter tunnels;                // connections upgraded
  base::Counter tunnels_open;           // gauge
  base::Counter downstream_aborts;      // clients that left before their response was complete
  base::Counter upstream_truncated;     // responses cut short by the backend
  base::Counter trailers_dropped;       // messages whose trailer fields were not passed on
  base::Counter access_records_lost;    // control did not take them fast enough
};

// What one worker counts of one listener, indexed by the listener's id.
struct ListenerCounters {
  base::Counter accepted;          // connections
  base::Counter denied;            // segments of sources that it does not admit
  base::Counter refused;           // connections: too fast, or too many of one source
  base::Counter connections_open;  // gauge
  base::Counter connections_idle;  // gauge: of those, the ones that wait for a request
  base::Counter requests;
  base::Counter reuses;   // requests on a connection that had brought one before
  base::Counter retries;  // requests sent to a further backend
  base::Counter aborts;   // clients that left before their response was complete
  base::Counter resets;   // connections that a client reset, or that it has left without a word
  std::array<base::Counter, http::kReplyReasonCount> replies_by_reason;
};

}  // namespace penstock::proxy
