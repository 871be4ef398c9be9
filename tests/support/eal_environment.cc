// SPDX-License-Identifier: Apache-2.0
#include "tests/support/eal_environment.h"

#include <atomic>
#include <string>
#include <utility>

#include "dataplane/base/check.h"

namespace penstock::testing {

nic::PacketPool make_test_pool(nic::PacketPoolSizes sizes) {
  static std::atomic<int> pools_made{0};
  auto pool = nic::PacketPool::create("test" + std::to_string(pools_made++), sizes, 0);
  CHECK(pool.has_value());
  return std::move(*pool);
}

}  // namespace penstock::testing
