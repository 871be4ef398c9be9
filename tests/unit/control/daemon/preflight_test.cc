// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/worker/sizing.h"

namespace penstock::daemon {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Optional;

Machine able_machine() {
  return {.abilities = {.has_tun_device = true, .has_net_admin = true},
          .cores = {0, 1},
          .pci_devices = {"0000:3b:00.0"},
          .interfaces = {"lo", "eth0"},
          .memory_megabytes = 16'000,
          .pattern_obstacle = std::nullopt};
}

model::Configuration with_device(const std::string& device) {
  model::Configuration configuration;
  model::Port port;
  port.name = "client";
  port.device = device;
  configuration.ports.push_back(port);
  return configuration;
}

model::Configuration with_tap() { return with_device("net_tap0,iface=ps-client"); }

TEST(Preflight, FindsNothingOnAMachineThatHasEverything) {
  for (const char* device :
       {"net_tap0,iface=ps-client", "0000:3b:00.0", "net_af_packet0,iface=eth0", "net_ring0"}) {
    EXPECT_EQ(preflight(with_device(device), able_machine()), std::nullopt) << device;
  }
}

TEST(Preflight, LetsSeveralWorkersRunAlsoOnOneCore) {
  model::Configuration configuration = with_tap();
  configuration.workers.cores = {0, 0, 1, 1};
  EXPECT_EQ(preflight(configuration, able_machine()), std::nullopt);
}

TEST(Preflight, WantsAQueueForEachWorkerOfPacketSockets) {
  const std::pair<const char*, const char*> cases[] = {
      {"net_af_packet0,iface=eth0", "qpairs=2"},
      {"net_af_packet0,iface=eth0,qpairs=1", "qpairs=2"}};
  for (const auto& [device, wanted] : cases) {
    model::Configuration configuration = with_device(device);
    configuration.workers.cores = {0, 1};
    EXPECT_THAT(preflight(configuration, able_machine()), Optional(HasSubstr(wanted))) << device;
  }
  for (const char* device : {"net_af_packet0,iface=eth0,qpairs=2", "net_af_xdp0,iface=eth0"}) {
    model::Configuration configuration = with_device(device);
    configuration.workers.cores = {0, 1};
    EXPECT_EQ(preflight(configuration, able_machine()), std::nullopt) << device;
  }
}

TEST(Preflight, NamesTheCoresThatMayBeUsed) {
  model::Configuration configuration = with_tap();
  configuration.workers.cores = {7};
  EXPECT_THAT(preflight(configuration, able_machine()),
              Optional(AllOf(HasSubstr("core 7"), HasSubstr("name one of 0, 1"))));
}

TEST(Preflight, RefusesACpuThatCannotMatchPatterns) {
  Machine machine = able_machine();
  machine.pattern_obstacle = "no SSSE3";
  EXPECT_THAT(preflight(with_tap(), machine),
              Optional(AllOf(HasSubstr("no SSSE3"), HasSubstr("CPU with SSE4.2"))));
}

TEST(Preflight, WantsNetworkRightsForDevicesThatTakeThem) {
  Machine machine = able_machine();
  machine.abilities.has_net_admin = false;
  for (const char* device : {"net_tap0", "0000:3b:00.0", "net_af_packet0,iface=eth0"}) {
    EXPECT_THAT(preflight(with_device(device), machine), Optional(HasSubstr("CAP_NET_ADMIN")))
        << device;
  }
  EXPECT_EQ(preflight(with_device("net_ring0"), machine), std::nullopt);
}

TEST(Preflight, WantsTheTunDeviceForATap) {
  Machine machine = able_machine();
  machine.abilities.has_tun_device = false;
  EXPECT_THAT(preflight(with_tap(), machine),
              Optional(AllOf(HasSubstr("/dev/net/tun"), HasSubstr("modprobe tun"))));
  EXPECT_EQ(preflight(with_device("0000:3b:00.0"), machine), std::nullopt);
}

TEST(Preflight, NamesAPortThatDoesNotExist) {
  EXPECT_THAT(preflight(with_device("0000:99:00.0"), able_machine()),
              Optional(AllOf(HasSubstr("\"client\""), HasSubstr("0000:99:00.0"),
                             HasSubstr("does not exist"))));
  EXPECT_THAT(preflight(with_device("net_af_packet0,iface=eth7"), able_machine()),
              Optional(AllOf(HasSubstr("\"eth7\""), HasSubstr("ip link"))));
}

TEST(Preflight, SaysHowMuchMemoryIsNeeded) {
  Machine machine = able_machine();
  machine.memory_megabytes = 100;
  const uint32_t needed = worker::total_megabytes({.ports = 1});
  EXPECT_THAT(preflight(with_tap(), machine),
              Optional(AllOf(HasSubstr(std::to_string(needed) + " MB are needed"),
                             HasSubstr("100 MB are available"))));
  machine.memory_megabytes = needed;
  EXPECT_EQ(preflight(with_tap(), machine), std::nullopt);
}

TEST(Preflight, SaysWhatToSetWhenTheOperatorGaveTooLittle) {
  model::Configuration configuration = with_tap();
  configuration.memory.megabytes = 64;
  const std::string needed = std::to_string(worker::packet_megabytes({.ports = 1}));
  EXPECT_THAT(
      preflight(configuration, able_machine()),
      Optional(AllOf(HasSubstr("memory.megabytes is 64"), HasSubstr("set it to " + needed))));
}

TEST(Preflight, AnswersInOneSentence) {
  Machine machine;
  const auto obstacle = preflight(with_tap(), machine);
  ASSERT_TRUE(obstacle.has_value());
  EXPECT_EQ(obstacle->find('\n'), std::string::npos);
  EXPECT_EQ(obstacle->back(), '.');
}

}  // namespace
}  // namespace penstock::daemon
