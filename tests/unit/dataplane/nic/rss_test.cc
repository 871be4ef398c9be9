// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/rss.h"

#include <gtest/gtest.h>

#include "tests/support/packet_builder.h"
#include "tests/support/rss_key.h"

namespace penstock::nic {
namespace {

using testing::endpoint;

// Microsoft, "Verifying the RSS hash calculation": the five vectors over IPv4 with ports.
TEST(Toeplitz, HashesIpv4AsMicrosoftsVectorsSay) {
  const Toeplitz toeplitz(testing::kVerificationKey);
  const auto hash = [&](const char* source, uint16_t source_port, const char* destination,
                        uint16_t destination_port) {
    return toeplitz.hash(endpoint(source, source_port), endpoint(destination, destination_port));
  };
  EXPECT_EQ(hash("66.9.149.187", 2794, "161.142.100.80", 1766), 0x51ccc178u);
  EXPECT_EQ(hash("199.92.111.2", 14230, "65.69.140.83", 4739), 0xc626b0eau);
  EXPECT_EQ(hash("24.19.198.95", 12898, "12.22.207.184", 38024), 0x5c2b394au);
  EXPECT_EQ(hash("38.27.205.30", 48228, "209.142.163.6", 2217), 0xafc7327fu);
  EXPECT_EQ(hash("153.39.163.191", 44251, "202.188.127.2", 1303), 0x10e828a2u);
}

TEST(Toeplitz, HashesIpv6AsMicrosoftsVectorsSay) {
  const Toeplitz toeplitz(testing::kVerificationKey);
  const auto hash = [&](const char* source, uint16_t source_port, const char* destination,
                        uint16_t destination_port) {
    return toeplitz.hash(endpoint(source, source_port), endpoint(destination, destination_port));
  };
  EXPECT_EQ(hash("3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766), 0x40207d3du);
  EXPECT_EQ(hash("3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739), 0xdde51bbfu);
  EXPECT_EQ(hash("3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251, "fe80::200:f8ff:fe21:67cf", 38024),
            0x02d1feefu);
}

TEST(Toeplitz, MakesTheWholeHashOfItsTwoParts) {
  const Toeplitz toeplitz(testing::kVerificationKey);
  for (const char* own : {"10.0.0.1", "2001:db8::1"}) {
    const bool is_v4 = base::IpAddress::parse(own)->is_v4();
    const base::Endpoint remote = endpoint(is_v4 ? "10.0.0.9" : "2001:db8::9", 8080);
    const base::Endpoint local = endpoint(own, 54'321);
    EXPECT_EQ(toeplitz.partial_hash(remote, local.address) ^
                  toeplitz.port_hash(local.address, local.port),
              toeplitz.hash(remote, local));
  }
}

TEST(Toeplitz, IgnoresWhatALongKeyHasBeyondItsInput) {
  std::vector<uint8_t> longer(testing::kVerificationKey.begin(), testing::kVerificationKey.end());
  longer.resize(52, 0xff);
  const base::Endpoint source = endpoint("2001:db8::9", 1);
  const base::Endpoint destination = endpoint("2001:db8::1", 2);
  EXPECT_EQ(Toeplitz(longer).hash(source, destination),
            Toeplitz(testing::kVerificationKey).hash(source, destination));
}

TEST(RedirectionTable, TakesTheLowBitsOfTheHash) {
  const RedirectionTable table({3, 1, 4, 1});
  EXPECT_EQ(table.queue_of(0xfffffff0), 3);
  EXPECT_EQ(table.queue_of(0x00000012), 4);
}

}  // namespace
}  // namespace penstock::nic
