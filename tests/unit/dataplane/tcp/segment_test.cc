// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/segment.h"

#include <gtest/gtest.h>

#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"

namespace penstock::tcp {
namespace {

using testing::TcpSegmentSpec;
using wire::TcpFlag;

class SegmentTest : public ::testing::Test {
 protected:
  base::Result<Segment, wire::DropReason> parse(testing::Frame bytes) {
    net::IpDatagram datagram;
    datagram.packet = testing::to_packet(bytes, pool);
    datagram.source = spec.source.address;
    datagram.destination = spec.destination.address;
    datagram.protocol = wire::kProtocolTcp;
    const auto header = parse_segment_header(datagram);
    if (!header) return base::Failure{header.error()};
    return Segment(std::move(datagram), *header);
  }

  nic::PacketPool pool = testing::make_test_pool();
  TcpSegmentSpec spec{.source = testing::endpoint("10.0.0.1", 5000),
                      .destination = testing::endpoint("10.0.0.2", 80),
                      .sequence = 7,
                      .acknowledgment = 9,
                      .flags = TcpFlag::Ack,
                      .payload = "hello"};
};

TEST_F(SegmentTest, KnowsItsConnectionNumbersAndPayload) {
  const auto segment = parse(testing::build_tcp(spec));
  ASSERT_TRUE(segment.ok());
  EXPECT_EQ(segment->flow.local, spec.destination);
  EXPECT_EQ(segment->flow.remote, spec.source);
  EXPECT_EQ(segment->seq, Seq(7));
  EXPECT_EQ(segment->ack, Seq(9));
  EXPECT_EQ(segment->length(), 5u);
  EXPECT_EQ(base::as_text(segment->payload.bytes()), "hello");
}

TEST_F(SegmentTest, ReadsOptions) {
  spec.options.mss = 1234;
  spec.options.window_scale = 5;
  spec.options.timestamps = wire::TcpTimestamps{7, 8};
  spec.flags = TcpFlag::Syn;
  spec.payload.clear();
  const auto syn = parse(testing::build_tcp(spec));
  EXPECT_EQ(syn->options.mss, 1234);
  EXPECT_EQ(syn->options.window_scale, 5);
  EXPECT_EQ(syn->options.timestamps, (wire::TcpTimestamps{7, 8}));
  EXPECT_EQ(syn->length(), 1u);
}

TEST_F(SegmentTest, IsRefusedWhenItsChecksumIsWrong) {
  testing::Frame bytes = testing::build_tcp(spec);
  bytes.back() ^= 1;
  EXPECT_EQ(parse(bytes).error(), wire::DropReason::TcpChecksumBad);
}

TEST_F(SegmentTest, LosesOldBytesInFrontAndKeepsItsFin) {
  spec.flags = TcpFlag::Ack | TcpFlag::Fin;
  auto segment = parse(testing::build_tcp(spec));
  segment->trim_front(2);
  EXPECT_EQ(base::as_text(segment->payload.bytes()), "llo");
  EXPECT_EQ(segment->seq, Seq(9));
  segment->trim_front(3);
  EXPECT_FALSE(segment->payload);
  EXPECT_TRUE(segment->flags.fin());
  segment->trim_front(1);
  EXPECT_FALSE(segment->flags.fin());
}

TEST_F(SegmentTest, LosesBytesAndFinBeyondTheWindow) {
  spec.flags = TcpFlag::Ack | TcpFlag::Fin;
  auto segment = parse(testing::build_tcp(spec));
  segment->truncate(6);
  EXPECT_EQ(segment->length(), 6u);
  segment->truncate(5);
  EXPECT_FALSE(segment->flags.fin());
  segment->truncate(2);
  EXPECT_EQ(base::as_text(segment->payload.bytes()), "he");
  segment->truncate(0);
  EXPECT_EQ(segment->length(), 0u);
}

TEST_F(SegmentTest, IsBuiltSoThatItParses) {
  const FlowKey flow{spec.destination, spec.source};
  OutgoingHeader header{.flow = flow,
                        .seq = Seq(100),
                        .ack = Seq(200),
                        .flags = TcpFlag::Syn | TcpFlag::Ack,
                        .window = 300};
  header.options.mss = 1460;
  const nic::Packet packet = build_header(header, pool);
  const auto parsed = wire::parse_tcp_header(packet.first());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->source_port, 80);
  EXPECT_EQ(parsed->sequence, 100u);
  EXPECT_EQ(parsed->acknowledgment, 200u);
  EXPECT_EQ(parsed->window, 300);
  EXPECT_EQ(parsed->header_bytes, 24);
}

}  // namespace
}  // namespace penstock::tcp
