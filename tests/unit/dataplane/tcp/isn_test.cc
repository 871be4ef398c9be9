// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/isn.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

constexpr base::SecretKey kKey{11, 22};
const FlowKey kFlow{{base::IpAddress::from_v4(1), 80}, {base::IpAddress::from_v4(2), 5000}};

TEST(InitialSequence, RisesByOneEvery64Nanoseconds) {
  const Seq first = initial_sequence(kFlow, kKey, base::Instant::from_ns(0));
  EXPECT_EQ(initial_sequence(kFlow, kKey, base::Instant::from_ns(64)) - first, 1);
  EXPECT_EQ(initial_sequence(kFlow, kKey, base::Instant::from_ns(1'000'000'000)) - first,
            15'625'000);
}

TEST(InitialSequence, DiffersBetweenConnectionsAndKeys) {
  FlowKey other = kFlow;
  ++other.remote.port;
  const Seq first = initial_sequence(kFlow, kKey, base::Instant());
  EXPECT_NE(first, initial_sequence(other, kKey, base::Instant()));
  EXPECT_NE(first, initial_sequence(kFlow, {11, 23}, base::Instant()));
}

}  // namespace
}  // namespace penstock::tcp
