// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/shared.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Shared, GivesAllBuffersBackWhenTheStackEnds) {
  testing::TcpDialogue outer;
  nic::PacketPool pool = testing::make_test_pool();
  {
    Stack stack(TcpDialogue::small_settings(), pool, outer.node().host);
    auto stream = stack.connect(testing::endpoint("10.0.0.1", 80), {}, base::Instant());
    ASSERT_TRUE(stream.ok());
    nic::Slice slice = pool.allocate_slice();
    slice.commit(100);
    stream->write(std::move(slice));
  }
  EXPECT_EQ(pool.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
