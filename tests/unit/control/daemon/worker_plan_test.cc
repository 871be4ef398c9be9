// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/worker_plan.h"

#include <gtest/gtest.h>

namespace penstock::daemon {
namespace {

using base::IpAddress;
using base::IpPrefix;

model::Configuration two_ports() {
  model::Configuration configuration;
  configuration.ports.resize(2);
  configuration.ports[0].name = "client";
  configuration.ports[1].name = "backend";
  configuration.ports[0].device = "net_tap0,iface=a";
  configuration.ports[1].device = "net_tap1,iface=b";
  configuration.ports[0].addresses = {*IpPrefix::parse("10.1.0.1/24")};
  configuration.ports[1].addresses = {*IpPrefix::parse("10.2.0.1/24")};
  return configuration;
}

TEST(WorkerPlan, GivesDpdkTheDevicesAndCores) {
  model::Configuration configuration = two_ports();
  configuration.workers.cores = {3};
  configuration.memory.hugepages = model::Memory::Hugepages::Require;
  const nic::EalSettings settings = eal_settings(configuration);
  EXPECT_EQ(settings.devices, (std::vector<std::string>{"net_tap0,iface=a", "net_tap1,iface=b"}));
  EXPECT_EQ(settings.worker_cores, std::vector<uint32_t>{3});
  EXPECT_EQ(settings.huge_pages, nic::HugePages::Require);
}

TEST(WorkerPlan, ComputesMemoryUnlessItIsGiven) {
  model::Configuration configuration = two_ports();
  EXPECT_EQ(packet_megabytes(configuration), worker::packet_megabytes({.ports = 2}));
  configuration.memory.megabytes = 2048;
  EXPECT_EQ(packet_megabytes(configuration), 2048u);
}

TEST(WorkerPlan, LetsSegmentsFitTheSmallestMtu) {
  model::Configuration configuration = two_ports();
  configuration.ports[0].mtu = 1600;
  configuration.ports[1].mtu = 1400;
  const auto settings = worker_settings(configuration, 0, {}, base::Instant());
  EXPECT_EQ(settings.tcp.mss, 1360);
}

TEST(WorkerPlan, HandsOnLimitsAndTheClock) {
  model::Configuration configuration = two_ports();
  configuration.limits.connections = 1000;
  configuration.limits.half_open = 77;
  const auto now = base::Instant::from_ns(5);
  WorkerSecrets secrets;
  secrets.seed = 9;
  const auto settings = worker_settings(configuration, 2, secrets, now);
  EXPECT_EQ(settings.index, 2u);
  EXPECT_EQ(settings.tcp.connections_max, 1000u);
  EXPECT_EQ(settings.tcp.half_open_max, 77u);
  EXPECT_EQ(settings.tcp.seed, 9u);
  EXPECT_EQ(settings.proxy.downstreams_max, 1000u);
  EXPECT_EQ(settings.now, now);
}

TEST(WorkerPlan, WritesAccessRecordsOnlyForALog) {
  model::Configuration configuration = two_ports();
  EXPECT_EQ(worker_settings(configuration, 0, {}, {}).access_log, worker::AccessLog::Off);
  configuration.log.access = "-";
  EXPECT_EQ(worker_settings(configuration, 0, {}, {}).access_log, worker::AccessLog::On);
}

TEST(WorkerPlan, MakesADefaultRouteOfEachGateway) {
  model::Configuration configuration = two_ports();
  const IpAddress gateway = IpAddress::from_v4(0x0a000001);
  configuration.ports[1].gateway = gateway;
  configuration.routes.push_back({.to = {IpAddress::from_v4(0x0b000000), 8},
                                  .via = IpAddress::from_v4(0x0a000002),
                                  .port = "client"});
  configuration.ports[0].gateway_ipv6 = *IpAddress::parse("fe80::fe");
  const std::vector<net::Route> all = routes(configuration);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].destination.length, 8);
  EXPECT_EQ(all[0].interface_index, 0);
  EXPECT_EQ(all[1].destination, *IpPrefix::parse("::/0"));
  EXPECT_EQ(all[1].interface_index, 0);
  EXPECT_EQ(all[2].destination, IpPrefix{});
  EXPECT_EQ(all[2].gateway, gateway);
  EXPECT_EQ(all[2].interface_index, 1);
}

TEST(WorkerPlan, GivesEachVlanItsOwnInterface) {
  model::Configuration configuration = two_ports();
  model::Port& port = configuration.ports[0];
  port.addresses.clear();
  port.vlans.resize(1);
  port.vlans[0].tag = 100;
  port.vlans[0].addresses = {*IpPrefix::parse("10.0.0.1/24")};
  port.vlans[0].gateway = IpAddress::parse("10.0.0.254");
  port.vlans[0].reply_to = model::ReplyTo::Sender;
  configuration.ports[1].addresses = {*IpPrefix::parse("10.0.1.1/24")};
  configuration.routes.push_back({.to = *IpPrefix::parse("10.9.0.0/16"),
                                  .via = *IpAddress::parse("10.0.1.254"),
                                  .port = "backend"});
  const auto of_port = vlans(port);
  ASSERT_EQ(of_port.size(), 1u);
  EXPECT_EQ(of_port[0].tag, 100);
  EXPECT_EQ(of_port[0].reply_to, net::ReplyTo::Sender);
  EXPECT_EQ(worker_port(port, of_port).reply_to, net::ReplyTo::Route);
  const std::vector<net::Route> all = routes(configuration);
  EXPECT_EQ(all[0].interface_index, 1) << "the first port has no untagged interface";
  EXPECT_EQ(all[1].interface_index, 0);
}

TEST(WorkerPlan, SpinsOnlyWhenTold) {
  model::Configuration configuration;
  EXPECT_EQ(idle_mode(configuration), worker::IdleMode::BackOff);
  configuration.workers.idle = model::Workers::Idle::Spin;
  EXPECT_EQ(idle_mode(configuration), worker::IdleMode::Spin);
}

}  // namespace
}  // namespace penstock::daemon
