// SPDX-License-Identifier: Apache-2.0
//
// How large a head may be, and its lines: what an operator decides, up to what is built in.
// Who reads heads is given these, so that what is too large is refused as soon as it is, and by the
// same reason however it arrives.
// Invariant: none is above the limit of its name in base/limits.h.
#pragma once

#include <cstdint>

#include "dataplane/base/limits.h"

namespace penstock::http {

struct HeadLimits {
  uint32_t first_line_bytes;  // the request line or status line, with its line end
  uint32_t field_line_bytes;  // likewise
  uint32_t head_bytes;        // with empty lines before it, and the one at its end
};

inline constexpr HeadLimits kRequestHeadLimits{base::kRequestLineBytesMax, base::kFieldLineBytesMax,
                                               base::kRequestHeadBytesMax};
inline constexpr HeadLimits kResponseHeadLimits{base::kFieldLineBytesMax, base::kFieldLineBytesMax,
                                                base::kResponseHeadBytesMax};

}  // namespace penstock::http
