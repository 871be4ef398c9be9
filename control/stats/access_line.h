// SPDX-License-Identifier: Apache-2.0
//
// One finished exchange as one line of the access log (the format is in control/stats/README.md).
// Pure: the wall clock's offset comes in. Control thread.
// Invariants: (1) a line has the same number of fields, whatever a client sent; (2) it is printable
// ASCII: everything else in a request is written as \xHH.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/proxy/access_record.h"

namespace penstock::stats {

// `wall_offset_ns`: wall clock minus monotonic clock. Without the line end.
std::string access_line(const proxy::AccessRecord& record, int64_t wall_offset_ns);

}  // namespace penstock::stats
