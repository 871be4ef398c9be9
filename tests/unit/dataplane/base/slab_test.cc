// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/slab.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(Slab, RefusesAtItsLimitAndReusesWhatComesBack) {
  Slab<int> slab(2);
  int* a = slab.acquire(1);
  int* b = slab.acquire(2);
  EXPECT_EQ(slab.acquire(3), nullptr);
  const uint32_t index = slab.index_of(*a);
  slab.release(a);
  int* c = slab.acquire(4);
  EXPECT_EQ(slab.index_of(*c), index);
  EXPECT_EQ(slab.at(index), 4);
  slab.release(b);
  slab.release(c);
  EXPECT_EQ(slab.in_use(), 0u);
}

}  // namespace
}  // namespace penstock::base
