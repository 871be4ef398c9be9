// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/proxy.h"

#include <gtest/gtest.h>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using testing::get;
using testing::ok;
using testing::ProxyWorld;

TEST(Proxy, WantsNothingWhenNobodyIsThere) {
  ProxyWorld world;
  EXPECT_TRUE(world.proxy().next_deadline().is_never());
  EXPECT_FALSE(world.proxy().is_drained());
}

TEST(Proxy, IsDrainedAtOnceWhenNobodyIsThere) {
  ProxyWorld world;
  world.proxy().begin_drain(world.now());
  EXPECT_TRUE(world.proxy().is_drained());
}

TEST(Proxy, SaysWhenItWantsToBeCalledForAClient) {
  ProxyWorld world;
  world.connect();
  world.settle();
  EXPECT_FALSE(world.proxy().next_deadline().is_never());
}

TEST(Proxy, LetsGoOfEverythingWhenItIsDestroyedInTheMiddle) {
  ProxyWorld world;
  auto& open = world.connect();
  world.ask(open, get());
  world.answer_with(8000, ok());
  auto& idle = world.connect();
  world.ask(idle, get());
  world.end_proxy();
  world.settle();
  EXPECT_TRUE(open.was_reset());
  EXPECT_TRUE(idle.was_reset());
}

}  // namespace
}  // namespace penstock::proxy
