// SPDX-License-Identifier: Apache-2.0
//
// Which requests use connections that others have used before. A backend may close an idle
// connection at the very moment a request is sent on it; a request that must not be sent twice is
// kept away from connections that have been idle long enough for a backend to lose patience.
// A policy is the configuration's; what it means for one request is decided by the conductor.
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"

namespace penstock::upstream {

enum class ReusePolicy : uint8_t {
  Safe,    // a request that cannot be repeated: only recent ones
  Always,  // any connection for any request
  Never,   // a connection for each request
};

// Which idle connections one request may use.
enum class Reuse : uint8_t {
  Any,
  Recent,  // idle for at most kRecentIdle
  None,
};
inline constexpr base::Duration kRecentIdle = base::Duration::from_s(1);

}  // namespace penstock::upstream
