// SPDX-License-Identifier: Apache-2.0
//
// What a test of packets needs from DPDK: test_main.cc starts it once, without huge pages, devices
// or shared files, and this makes pools in it. Link `test_main_dep` instead of gtest_main.
// Used by the test's thread.
#pragma once

#include "dataplane/nic/packet_pool.h"

namespace penstock::testing {

// A pool with a name of its own. It dies with a CHECK when memory does not suffice.
nic::PacketPool make_test_pool(nic::PacketPoolSizes sizes = {.buffers = 1023, .references = 1023});

}  // namespace penstock::testing
