// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/frame_subject.h"

#include <gtest/gtest.h>

#include "tests/support/packet_builder.h"

namespace penstock::wire {
namespace {

using testing::endpoint;
using testing::Frame;
using testing::ip;
using Kind = FrameSubject::Kind;

const testing::MacPair kMacs{testing::mac(1), testing::mac(2)};
const base::Endpoint kPeer = endpoint("10.0.0.9", 4000);
const base::Endpoint kOwn = endpoint("10.0.0.1", 80);
const base::Endpoint kPeer6 = endpoint("2001:db8::9", 4000);
const base::Endpoint kOwn6 = endpoint("2001:db8::1", 80);

Frame segment() { return testing::build_tcp_frame(kMacs, {.source = kPeer, .destination = kOwn}); }

void append(Frame& frame, std::initializer_list<int> bytes) {
  for (const int byte : bytes) frame.push_back(static_cast<uint8_t>(byte));
}

void append(Frame& frame, base::IpAddress address) {
  for (const uint64_t half : {address.high(), address.low()}) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame.push_back(static_cast<uint8_t>(half >> shift));
    }
  }
}

Frame ipv6(uint8_t next_header, const base::Endpoint& source, const base::Endpoint& destination) {
  Frame packet{0x60, 0, 0, 0, 0, 0, next_header, 64};
  append(packet, source.address);
  append(packet, destination.address);
  return packet;
}

void append_ports(Frame& packet, const base::Endpoint& source, const base::Endpoint& destination) {
  append(packet, {source.port >> 8, source.port & 0xff});
  append(packet, {destination.port >> 8, destination.port & 0xff});
}

Frame framed6(const Frame& packet) {
  Frame frame(12, 0);
  append(frame, {0x86, 0xdd});
  frame.insert(frame.end(), packet.begin(), packet.end());
  return frame;
}

void expect_subject(const Frame& frame, Kind kind, const base::Endpoint& remote,
                    const base::Endpoint& local) {
  const FrameSubject subject = frame_subject(frame);
  ASSERT_EQ(subject.kind, kind);
  EXPECT_EQ(subject.remote, remote);
  EXPECT_EQ(subject.local, local);
}

TEST(FrameSubject, IsTheFlowOfASegment) { expect_subject(segment(), Kind::Segment, kPeer, kOwn); }

TEST(FrameSubject, TellsASegmentThatOpensAFlow) {
  testing::TcpSegmentSpec spec{.source = kPeer, .destination = kOwn};
  spec.flags = TcpFlag::Syn;
  expect_subject(testing::build_tcp_frame(kMacs, spec), Kind::Opening, kPeer, kOwn);
  spec.flags = TcpFlag::Syn | TcpFlag::Ack;
  expect_subject(testing::build_tcp_frame(kMacs, spec), Kind::Segment, kPeer, kOwn);
}

TEST(FrameSubject, LooksBehindAVlanTag) {
  Frame frame = segment();
  const Frame tag{0x81, 0x00, 0x00, 0x07};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  expect_subject(frame, Kind::Segment, kPeer, kOwn);
}

TEST(FrameSubject, IsTheFlowThatAnIcmpErrorQuotes) {
  const Frame quote = testing::build_tcp_packet({.source = kOwn, .destination = kPeer});
  const Frame icmp = testing::build_icmp(3, 4, 0, base::ByteSpan(quote).first(28));
  const Frame packet = testing::build_ipv4(
      {.source = ip("10.0.0.254"), .destination = kOwn.address, .protocol = 1}, icmp);
  expect_subject(testing::build_ethernet(kMacs, EtherType::Ipv4, packet), Kind::Report, kPeer,
                 kOwn);
}

TEST(FrameSubject, IsNothingForAnEchoRequest) {
  const Frame packet =
      testing::build_ipv4({.source = kPeer.address, .destination = kOwn.address, .protocol = 1},
                          testing::build_icmp(8, 0, 0, {}));
  EXPECT_EQ(frame_subject(testing::build_ethernet(kMacs, EtherType::Ipv4, packet)).kind,
            Kind::Other);
}

TEST(FrameSubject, IsNothingForAFragment) {
  Frame frame = segment();
  frame[14 + 6] |= 0x20;  // more fragments
  EXPECT_EQ(frame_subject(frame).kind, Kind::Other);
}

TEST(FrameSubject, IsTheFlowOfASegmentOverIpv6) {
  Frame packet = ipv6(6, kPeer6, kOwn6);
  append_ports(packet, kPeer6, kOwn6);
  expect_subject(framed6(packet), Kind::Segment, kPeer6, kOwn6);
}

TEST(FrameSubject, LooksBehindExtensionHeaders) {
  Frame packet = ipv6(0, kPeer6, kOwn6);
  append(packet, {60, 0, 0, 0, 0, 0, 0, 0});                         // hop-by-hop
  append(packet, {6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});  // destination options
  append_ports(packet, kPeer6, kOwn6);
  expect_subject(framed6(packet), Kind::Segment, kPeer6, kOwn6);
}

TEST(FrameSubject, IsTheFlowThatAnIcmpv6ErrorQuotes) {
  Frame packet = ipv6(58, endpoint("2001:db8::fe", 0), kOwn6);
  append(packet, {2, 0, 0, 0, 0, 0, 5, 0});  // too big
  const Frame quote = ipv6(6, kOwn6, kPeer6);
  packet.insert(packet.end(), quote.begin(), quote.end());
  append_ports(packet, kOwn6, kPeer6);
  expect_subject(framed6(packet), Kind::Report, kPeer6, kOwn6);
}

TEST(FrameSubject, IsNewsOfNeighborsForAnswersAndAnnouncements) {
  ArpMessage message{.operation = ArpOperation::Reply,
                     .sender_mac = testing::mac(1),
                     .sender_ip = kPeer.address,
                     .target_mac = testing::mac(2),
                     .target_ip = kOwn.address};
  EXPECT_EQ(frame_subject(testing::build_arp(kMacs, message)).kind, Kind::Neighbors);
  message.operation = ArpOperation::Request;
  EXPECT_EQ(frame_subject(testing::build_arp(kMacs, message)).kind, Kind::Other);
  message.target_ip = message.sender_ip;
  EXPECT_EQ(frame_subject(testing::build_arp(kMacs, message)).kind, Kind::Neighbors);
  for (const int type : {134, 136}) {
    Frame advertisement = ipv6(58, kPeer6, kOwn6);
    append(advertisement, {type, 0, 0, 0, 0, 0, 0, 0});
    EXPECT_EQ(frame_subject(framed6(advertisement)).kind, Kind::Neighbors);
  }
}

TEST(FrameSubject, ReadsNothingBeyondAFrameThatIsCutShort) {
  Frame over_v6 = ipv6(0, kPeer6, kOwn6);
  append(over_v6, {60, 0, 0, 0, 0, 0, 0, 0});
  append(over_v6, {6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  append_ports(over_v6, kPeer6, kOwn6);
  for (const Frame& whole : {segment(), framed6(over_v6)}) {
    for (size_t bytes = 0; bytes <= whole.size(); ++bytes) {
      // A copy, so that a sanitizer sees the end.
      const Frame part(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(bytes));
      (void)frame_subject(part);
    }
  }
}

}  // namespace
}  // namespace penstock::wire
