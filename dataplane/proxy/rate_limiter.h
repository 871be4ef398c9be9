// SPDX-License-Identifier: Apache-2.0
//
// Applies rate limits: finds the key by which a request or connection is counted, and takes a token
// from that key's bucket, which all workers share.
// What becomes of who is refused is for limit_stage.cc to say.
// Owned by the conductor on one worker.
#pragma once

#include "dataplane/base/token_buckets.h"
#include "dataplane/proxy/proxy_counters.h"
#include "dataplane/proxy/rate_limit.h"
#include "dataplane/route/request_view.h"

namespace penstock::proxy {

class RateLimiter {
 public:
  // Without buckets no snapshot may have a limit.
  RateLimiter(base::TokenBuckets* buckets, ProxyCounters& counters) noexcept
      : buckets_(buckets), counters_(counters) {}

  // A new connection is a request of which the source alone is known. Counts what is refused.
  base::TokenVerdict take(const RateLimit& limit, const route::RequestView& subject,
                          base::Instant now) noexcept;

 private:
  uint64_t key_of(const RateLimit& limit, const route::RequestView& subject) const noexcept;

  base::TokenBuckets* buckets_;
  ProxyCounters& counters_;
};

}  // namespace penstock::proxy
