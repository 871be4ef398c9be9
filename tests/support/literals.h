// SPDX-License-Identifier: Apache-2.0
//
// Short ways to write an address or a point in time. For tests.
#pragma once

#include <cstdint>
#include <string_view>

#include "dataplane/base/address.h"
#include "dataplane/base/check.h"
#include "dataplane/base/time.h"

namespace penstock::testing {

// "10.0.0.1"; a failed CHECK when it is none.
inline base::IpAddress ip(std::string_view text) {
  const auto address = base::IpAddress::parse(text);
  CHECK(address.has_value());
  return *address;
}

// That long after the clock's zero.
inline base::Instant at_ms(int64_t ms) { return base::Instant::from_ns(ms * 1'000'000); }
inline base::Instant at_s(int64_t s) { return base::Instant::from_ns(s * 1'000'000'000); }

}  // namespace penstock::testing
