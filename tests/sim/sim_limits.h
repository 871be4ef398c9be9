// SPDX-License-Identifier: Apache-2.0
//
// What the tables of every host in a simulated world hold, Penstock's among them: so little that a
// world is made in no time, and that its faults can fill them.
#pragma once

#include <cstdint>

namespace penstock::testing {

constexpr uint32_t kConnectionsMax = 1024;
constexpr uint32_t kHalfOpenMax = 256;
constexpr uint32_t kTimeWaitMax = 1024;

}  // namespace penstock::testing
