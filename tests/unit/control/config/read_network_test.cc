// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/config/read_text.h"

namespace penstock::config {
namespace {

TEST(ReadNetwork, ReadsEveryKey) {
  const ReadText read = read_text(R"(
    ports = ( { name = "p"; device = "net_tap0"; mtu = 1600;
      addresses = ["10.0.0.1/24", "10.0.1.1/24"]; gateway = "10.0.0.254";
      gateway_ipv6 = "fe80::fe"; } );
    routes = ( { to = "10.9.0.0/16"; via = "10.0.0.253"; port = "p"; } );
    listeners = ( { name = "web"; address = "10.0.0.1:80"; allow = ["10.0.0.0/8"];
      deny = ["10.1.0.0/16", "2001:db8::/32"]; connection_rate = "a"; request_rate = "b";
      connections_per_source_max = 9; } );)");
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  const model::Configuration& c = read.configuration;
  ASSERT_EQ(c.ports.size(), 1u);
  EXPECT_EQ(c.ports[0].name, "p");
  EXPECT_EQ(c.ports[0].device, "net_tap0");
  EXPECT_EQ(c.ports[0].mtu, 1600);
  ASSERT_EQ(c.ports[0].addresses.size(), 2u);
  EXPECT_EQ(c.ports[0].addresses[1].format(), "10.0.1.1/24");
  EXPECT_EQ(c.ports[0].gateway.value().format(), "10.0.0.254");
  EXPECT_EQ(c.ports[0].gateway_ipv6.value().format(), "fe80::fe");
  ASSERT_EQ(c.routes.size(), 1u);
  EXPECT_EQ(c.routes[0].to.format(), "10.9.0.0/16");
  EXPECT_EQ(c.routes[0].via.format(), "10.0.0.253");
  EXPECT_EQ(c.routes[0].port, "p");
  ASSERT_EQ(c.listeners.size(), 1u);
  EXPECT_EQ(c.listeners[0].address.format(), "10.0.0.1:80");
  ASSERT_EQ(c.listeners[0].allow.size(), 1u);
  EXPECT_EQ(c.listeners[0].allow[0].format(), "10.0.0.0/8");
  ASSERT_EQ(c.listeners[0].deny.size(), 2u);
  EXPECT_EQ(c.listeners[0].deny[1].format(), "2001:db8::/32");
  EXPECT_EQ(c.listeners[0].connection_rate, "a");
  EXPECT_EQ(c.listeners[0].request_rate, "b");
  EXPECT_EQ(c.listeners[0].connections_per_source_max, 9u);
}

TEST(ReadNetwork, WantsPortsAndListenersButNoRoutes) {
  const ReadText read = read_text("");
  EXPECT_TRUE(blames(read, "ports"));
  EXPECT_TRUE(blames(read, "listeners"));
  EXPECT_FALSE(blames(read, "routes"));
}

TEST(ReadNetwork, WantsWhatHasNoDefault) {
  const ReadText read = read_text("ports = ( { } ); routes = ( { } ); listeners = ( { } );");
  for (const char* path :
       {"ports[0].name", "ports[0].device", "ports[0].addresses", "routes[0].to", "routes[0].via",
        "routes[0].port", "listeners[0].name", "listeners[0].address"}) {
    EXPECT_TRUE(blames(read, path)) << path;
  }
  EXPECT_EQ(read.problems.size(), 8u);
}

}  // namespace
}  // namespace penstock::config
