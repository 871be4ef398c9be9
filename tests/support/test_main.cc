// SPDX-License-Identifier: Apache-2.0
//
// The main() of every test that handles packets: DPDK first, then the tests.
#include <gtest/gtest.h>

#include <cstdio>

#include "dataplane/nic/eal.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const auto eal =
      penstock::nic::Eal::start({.megabytes = 512, .huge_pages = penstock::nic::HugePages::Never});
  if (!eal) {
    std::fprintf(stderr, "%s\n", eal.error().c_str());
    return 1;
  }
  return RUN_ALL_TESTS();
}
