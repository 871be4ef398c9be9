// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/listeners.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/snapshot_builder.h"
#include "tests/support/tcp_node.h"

namespace penstock::proxy {
namespace {

using testing::endpoint;

class ListenersTest : public ::testing::Test {
 protected:
  Listeners::Change use(std::vector<uint16_t> ports) {
    testing::SnapshotSpec spec;
    spec.listener_ports = std::move(ports);
    return listeners_.apply(*testing::build_snapshot(spec));
  }
  bool is_listening(uint16_t port) {
    // Nobody else may listen there.
    const bool was_free = node_.stack.listen(endpoint("10.0.0.1", port), 999).ok();
    if (was_free) node_.stack.stop_listening(endpoint("10.0.0.1", port));
    return !was_free;
  }

  testing::TcpNode node_{{.address = testing::prefix("10.0.0.1/24")}};
  std::array<ListenerCounters, 8> counters_;
  Listeners listeners_{node_.stack, counters_.data()};
};

TEST_F(ListenersTest, ListensWhereTheSnapshotSays) {
  EXPECT_EQ(use({80, 81}), Listeners::Change::NoneRemoved);
  EXPECT_TRUE(is_listening(80));
  EXPECT_TRUE(is_listening(81));
  EXPECT_FALSE(is_listening(82));
}

TEST_F(ListenersTest, StopsWhereTheSnapshotSaysNoMore) {
  use({80, 81});
  EXPECT_EQ(use({81, 82}), Listeners::Change::SomeRemoved);
  EXPECT_FALSE(is_listening(80));
  EXPECT_TRUE(is_listening(81));
  EXPECT_TRUE(is_listening(82));
}

TEST_F(ListenersTest, FollowsAnAddressToItsPlaceInANewSnapshot) {
  use({80, 81});
  EXPECT_EQ(listeners_.index_of(1), 1u);
  use({81});
  EXPECT_EQ(listeners_.index_of(1), 0u);
  EXPECT_EQ(listeners_.index_of(0), std::nullopt);
}

TEST_F(ListenersTest, GivesASlotWithConnectionsToNoOtherAddress) {
  use({80});
  listeners_.on_accepted(0);
  use({});
  use({81});
  EXPECT_EQ(listeners_.index_of(0), std::nullopt);
  EXPECT_EQ(listeners_.index_of(1), 0u);
  listeners_.on_closed(0);
  use({82});
  EXPECT_EQ(listeners_.index_of(0), 0u);
}

TEST_F(ListenersTest, TakesClientsOfItsOwnAddressOnly) {
  use({80});
  EXPECT_TRUE(listeners_.takes(0, endpoint("10.0.0.1", 80)));
  EXPECT_FALSE(listeners_.takes(0, endpoint("10.0.0.1", 81)));
  EXPECT_FALSE(listeners_.takes(0, endpoint("10.0.0.7", 80)));
  use({});
  EXPECT_FALSE(listeners_.takes(0, endpoint("10.0.0.1", 80)));
}

TEST_F(ListenersTest, TellsTcpWhomTheSnapshotAdmits) {
  const std::vector<base::IpPrefix> denied = {testing::prefix("10.9.0.0/16")};
  const auto snapshot = testing::build_snapshot({});
  snapshot->listeners[0].id = 5;
  snapshot->listeners[0].access = std::make_shared<const base::AccessList>(
      base::AccessList{.allow = {}, .deny = base::PrefixSet(denied)});
  const auto syn_from = [&](const char* source) {
    node_.port.deliver(
        testing::build_tcp_frame({.source = testing::mac(2), .destination = testing::mac(1)},
                                 {.source = endpoint(source, 1000),
                                  .destination = endpoint("10.0.0.1", testing::kProxyPort),
                                  .flags = wire::TcpFlag::Syn}));
    node_.receive(base::Instant::from_ns(0));
    return node_.stack.connections_open();
  };
  listeners_.apply(*snapshot);
  EXPECT_EQ(syn_from("10.9.0.1"), 0u);
  EXPECT_EQ(syn_from("10.8.0.1"), 1u);
  EXPECT_EQ(counters_[5].denied.read(), 1u);
  // A new snapshot of the same address.
  const auto open = testing::build_snapshot({});
  listeners_.apply(*open);
  EXPECT_EQ(syn_from("10.9.0.1"), 2u);
}

TEST_F(ListenersTest, StopsEverywhereAndKnowsItsAddressesStill) {
  use({80, 81});
  listeners_.stop_all();
  EXPECT_FALSE(is_listening(80));
  EXPECT_EQ(listeners_.index_of(1), 1u);
  use({81, 82});
  EXPECT_FALSE(is_listening(82));
  EXPECT_EQ(listeners_.index_of(0), std::nullopt);
  EXPECT_EQ(listeners_.index_of(1), 0u);
}

}  // namespace
}  // namespace penstock::proxy
