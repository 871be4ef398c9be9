// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/icmp_handler.h"

#include "tests/support/host_fixture.h"

namespace penstock::net {
namespace {

using testing::endpoint;
using testing::Frame;
using testing::ip;
using wire::DropReason;

class IcmpHandlerTest : public testing::HostFixture {
 protected:
  Frame icmp_from_neighbor(base::ByteSpan message) {
    return from_neighbor(testing::build_ipv4(
        {.source = ip("10.0.0.2"), .destination = ip("10.0.0.1"), .protocol = wire::kProtocolIcmp},
        message));
  }
  Frame error_about(std::string_view source) {
    return icmp_from_neighbor(
        testing::build_icmp(3, 1, 0,
                            testing::build_tcp_packet({.source = endpoint(source, 40000),
                                                       .destination = endpoint("10.9.9.9", 80)})));
  }
};

TEST_F(IcmpHandlerTest, AnswersAnEchoRequest) {
  neighbor_asks_for_us();
  const Frame request = testing::build_icmp(8, 0, 0x00070001, base::as_bytes("payload"));
  EXPECT_TRUE(std::holds_alternative<Consumed>(arrives(icmp_from_neighbor(request))));
  const Frame frame = port_.take_sent();
  const base::ByteSpan packet = base::ByteSpan(frame).subspan(14);
  const auto header = wire::parse_ipv4(packet);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->source, ip("10.0.0.1"));
  EXPECT_EQ(header->destination, ip("10.0.0.2"));
  const Frame reply = testing::build_icmp(0, 0, 0x00070001, base::as_bytes("payload"));
  EXPECT_TRUE(std::equal(reply.begin(), reply.end(), packet.begin() + 20, packet.end()));
}

TEST_F(IcmpHandlerTest, BoundsItsAnswersPerSecond) {
  neighbor_asks_for_us();
  const Frame frame = icmp_from_neighbor(testing::build_icmp(8, 0, 0, {}));
  for (uint32_t i = 0; i < base::kEchoRepliesPerSecondMax + 5; ++i) arrives(frame);
  EXPECT_EQ(port_.take_all_sent().size(), base::kEchoRepliesPerSecondMax);
  EXPECT_EQ(drops(DropReason::IcmpRateLimited), 5u);
  now_ = now_ + base::Duration::from_s(1);
  arrives(frame);
  EXPECT_EQ(port_.sent_count(), 1u);
}

TEST_F(IcmpHandlerTest, PassesOnAnErrorAboutOurConnection) {
  const Arrival arrival = arrives(error_about("10.0.0.1"));
  ASSERT_TRUE(std::holds_alternative<wire::IcmpError>(arrival));
  EXPECT_EQ(std::get<wire::IcmpError>(arrival).destination, endpoint("10.9.9.9", 80));
}

TEST_F(IcmpHandlerTest, DropsAnErrorAboutSomebodyElse) {
  EXPECT_TRUE(std::holds_alternative<Consumed>(arrives(error_about("10.0.0.3"))));
  EXPECT_EQ(drops(DropReason::IcmpQuoteMalformed), 1u);
}

TEST_F(IcmpHandlerTest, CountsWhatItIgnores) {
  arrives(icmp_from_neighbor(testing::build_icmp(13, 0, 0, {})));
  EXPECT_EQ(drops(DropReason::IcmpTypeIgnored), 1u);
}

}  // namespace
}  // namespace penstock::net
