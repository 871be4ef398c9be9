// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/tunnel.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using base::Duration;
using testing::get;
using testing::ProxyWorld;

// Between a client and a backend that has switched protocols.
class TunnelTest : public ::testing::Test {
 protected:
  TunnelTest() {
    world_.ask(client_, get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    backend().take_received();
    backend().send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    world_.settle();
    client_.take_received();
  }
  testing::PeerConnection& backend() { return world_.accepted(8000); }

  ProxyWorld world_;
  testing::PeerConnection& client_ = world_.connect();
};

TEST_F(TunnelTest, PassesEachCloseOnBehindTheLastByte) {
  client_.send("bye");
  client_.close();
  world_.settle();
  EXPECT_EQ(backend().received(), "bye");
  EXPECT_TRUE(backend().peer_closed());
  EXPECT_FALSE(client_.peer_closed());
  backend().send("and more");
  backend().close();
  world_.settle();
  EXPECT_EQ(client_.received(), "and more");
  EXPECT_TRUE(client_.peer_closed());
  ASSERT_EQ(world_.records().size(), 1u);
  EXPECT_EQ(world_.records()[0].status, 101u);
  EXPECT_EQ(world_.records()[0].request_body_bytes, 3u);
  EXPECT_EQ(world_.records()[0].response_body_bytes, 8u);
}

TEST_F(TunnelTest, PassesAResetOn) {
  backend().abort();
  world_.settle();
  EXPECT_TRUE(client_.was_reset());
}

TEST_F(TunnelTest, HoldsASenderBackWhoseReceiverIsFull) {
  client_.stop_reading();
  backend().send(std::string(3'000'000, 'x'));
  world_.run_for(Duration::from_s(1));
  EXPECT_FALSE(backend().is_flushed());
  client_.read_again();
  world_.settle();
  EXPECT_EQ(client_.received().size(), 3'000'000u);
}

}  // namespace
}  // namespace penstock::proxy
