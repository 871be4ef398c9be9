// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/eal_log.h"

#include <gtest/gtest.h>

namespace penstock::nic {
namespace {

TEST(EalLog, KeepsTheFirstLineWrittenToItsStream) {
  EalLog log;
  std::fprintf(log.stream(), "the cause\nits consequence\n");
  std::fflush(log.stream());
  EXPECT_EQ(log.first_line(), "the cause");
}

TEST(EalLog, IsEmptyUntilSomethingIsSaid) { EXPECT_EQ(EalLog().first_line(), ""); }

TEST(EalLog, PutsALineTogetherFromItsPieces) {
  EalLog log;
  log.append("one ");
  log.append("line\n");
  EXPECT_EQ(log.first_line(), "one line");
}

TEST(EalLog, ForgetsWhenItIsCleared) {
  EalLog log;
  log.append("old\nunfinished");
  log.clear();
  log.append("new\n");
  EXPECT_EQ(log.first_line(), "new");
}

TEST(EalLog, IsBounded) {
  EalLog log;
  for (int i = 0; i < 100'000; ++i) log.append("again and again\n");
  EXPECT_EQ(log.first_line(), "again and again");
}

}  // namespace
}  // namespace penstock::nic
