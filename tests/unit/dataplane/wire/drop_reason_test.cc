// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/drop_reason.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace penstock::wire {
namespace {

TEST(DropReason, HasOneDistinctSnakeCaseNameEach) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kDropReasons; ++i) {
    const std::string_view name = to_text(static_cast<DropReason>(i));
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
    EXPECT_NE(name, "unknown");
    names.insert(name);
  }
  EXPECT_EQ(names.size(), kDropReasons);
}

TEST(DropReason, IsNamedAsItIsSpelled) {
  EXPECT_EQ(to_text(DropReason::IpChecksumBad), "ip_checksum_bad");
}

TEST(DropCounters, CountEachReasonApart) {
  DropCounters counters;
  counters.count(DropReason::IpFragment);
  counters.count(DropReason::NoRoute, 3);
  EXPECT_EQ(counters.read(DropReason::IpFragment), 1u);
  EXPECT_EQ(counters.read(DropReason::NoRoute), 3u);
  EXPECT_EQ(counters.read(DropReason::IpTooShort), 0u);
  EXPECT_EQ(counters.total(), 4u);
}

}  // namespace
}  // namespace penstock::wire
