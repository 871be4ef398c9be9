// SPDX-License-Identifier: Apache-2.0
//
// The record of an ordinary exchange, for tests of the access log to vary.
#pragma once

#include "dataplane/proxy/access_record.h"

namespace penstock::testing {

inline proxy::AccessRecord sample_record() {
  proxy::AccessRecord record;
  record.begun_ns = 1'500'000'000;
  record.duration_ns = 1'234'567;
  record.client = *base::Endpoint::parse("10.80.1.2:40000");
  record.backend = *base::Endpoint::parse("10.80.2.11:80");
  record.request_body_bytes = 10;
  record.response_body_bytes = 2048;
  record.status = 200;
  record.tries = 1;
  record.method.assign("GET");
  record.host.assign("shop.example");
  record.target.assign("/cart?id=1");
  record.rule.assign("shop");
  record.pool.assign("all");
  return record;
}

}  // namespace penstock::testing
