// SPDX-License-Identifier: Apache-2.0
//
// What DPDK is started with. That it starts is what every other test here stands on (test_main.cc).
#include "dataplane/nic/eal.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace penstock::nic {
namespace {

const EalMachine kMachine{.allowed_cores = {0, 1, 4}, .free_huge_page_megabytes = 1024};

bool has(const std::vector<std::string>& arguments, const std::string& wanted) {
  return std::find(arguments.begin(), arguments.end(), wanted) != arguments.end();
}

TEST(EalArguments, PinWorkersAndLeaveTheControlThreadFree) {
  const auto arguments = eal_arguments({.worker_cores = {1, 4}}, kMachine);
  ASSERT_TRUE(arguments);
  EXPECT_TRUE(has(*arguments, "--lcores=0@(0,1,4),1@1,2@4"));
}

TEST(EalArguments, RefuseACoreThatThisProcessMayNotUse) {
  const auto arguments = eal_arguments({.worker_cores = {2}}, kMachine);
  ASSERT_FALSE(arguments);
  EXPECT_EQ(arguments.error(),
            "core 2 does not exist or is not allowed to this process; it may use 0,1,4");
}

TEST(EalArguments, UseHugePagesWhenEnoughAreFree) {
  EXPECT_FALSE(has(*eal_arguments({.megabytes = 1024}, kMachine), "--no-huge"));
  EXPECT_TRUE(has(*eal_arguments({.megabytes = 1025}, kMachine), "--no-huge"));
}

TEST(EalArguments, ShareHugePagesInFewFilesAsVhostUserWants) {
  EXPECT_TRUE(has(*eal_arguments({.megabytes = 1024}, kMachine), "--single-file-segments"));
  EXPECT_FALSE(has(*eal_arguments({.megabytes = 1025}, kMachine), "--single-file-segments"));
}

TEST(EalArguments, DoWithoutHugePagesWhenToldTo) {
  const auto arguments = eal_arguments({.huge_pages = HugePages::Never}, kMachine);
  EXPECT_TRUE(has(*arguments, "--no-huge"));
  EXPECT_TRUE(has(*arguments, "--no-shconf"));
}

TEST(EalArguments, RefuseWhenRequiredHugePagesAreMissing) {
  const auto arguments =
      eal_arguments({.megabytes = 2048, .huge_pages = HugePages::Require}, kMachine);
  ASSERT_FALSE(arguments);
  EXPECT_NE(arguments.error().find("1024 of 2048 MiB"), std::string::npos);
}

TEST(EalArguments, ScanPciOnlyForTheDevicesThatAreNamed) {
  EXPECT_TRUE(has(*eal_arguments({.devices = {"net_tap0"}}, kMachine), "--no-pci"));
  const auto arguments = eal_arguments({.devices = {"0000:03:00.0"}}, kMachine);
  EXPECT_FALSE(has(*arguments, "--no-pci"));
  EXPECT_TRUE(has(*arguments, "--allow=0000:03:00.0"));
}

TEST(EalArguments, GiveEachProcessItsOwnPrefix) {
  EXPECT_TRUE(has(*eal_arguments({.file_prefix = "mine"}, kMachine), "--file-prefix=mine"));
}

}  // namespace
}  // namespace penstock::nic
