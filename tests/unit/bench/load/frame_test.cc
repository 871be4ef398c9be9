// SPDX-License-Identifier: Apache-2.0
//
// The load generator's frames against the product's own reading of them: two implementations that
// share no code must understand each other.
#include "bench/load/frame.h"

#include <gtest/gtest.h>

#include <vector>

#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/tcp_header.h"
#include "dataplane/wire/tcp_options.h"

namespace penstock::load {
namespace {

const HeaderTemplate kHeader({.own_mac = {2, 0, 0, 0, 0, 1},
                              .peer_mac = {2, 0, 0, 0, 0, 2},
                              .own = 0x0a000001,
                              .peer = 0x0a000002,
                              .own_port = 5000,
                              .peer_port = 80});

std::vector<uint8_t> frame_of(const HeaderTemplate::Segment& segment) {
  std::vector<uint8_t> frame(kHeaderBytes + segment.option_bytes + segment.payload_bytes, 'x');
  kHeader.write(segment, frame.data());
  return frame;
}

TEST(Frame, WritesWhatTheProductUnderstands) {
  const auto frame =
      frame_of({.seq = 7, .ack = 9, .flags = kAck | kPsh, .window = 1234, .payload_bytes = 100});
  const base::ByteSpan bytes(frame);
  EXPECT_TRUE(wire::parse_ethernet(bytes).ok());
  const auto ip = wire::parse_ipv4(bytes.subspan(wire::kEthernetHeaderBytes));
  ASSERT_TRUE(ip.ok());
  EXPECT_EQ(ip->total_bytes, 140);
  const auto tcp = wire::parse_tcp_header(bytes.subspan(34));
  ASSERT_TRUE(tcp.ok());
  EXPECT_EQ(tcp->sequence, 7u);
  EXPECT_EQ(tcp->acknowledgment, 9u);
  EXPECT_EQ(tcp->window, 1234);
  EXPECT_EQ(tcp->header_bytes, 20);
}

TEST(Frame, WritesSynOptionsThatTheProductUnderstands) {
  auto frame = frame_of({.flags = kSyn, .option_bytes = kSynOptionBytes});
  write_syn_options(6, &frame[kHeaderBytes]);
  const auto options = wire::parse_tcp_options(base::ByteSpan(frame).subspan(kHeaderBytes));
  EXPECT_EQ(options.mss, kSegmentBytesMax);
  EXPECT_EQ(options.window_scale, 6);
}

TEST(Frame, ReadsBackWhatItWrote) {
  auto frame =
      frame_of({.seq = 1, .ack = 2, .flags = kSyn | kAck, .option_bytes = kSynOptionBytes});
  write_syn_options(9, &frame[kHeaderBytes]);
  const auto read = parse_tcp(frame);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->source, 0x0a000001u);
  EXPECT_EQ(read->destination_port, 80);
  EXPECT_EQ(read->window_shift, 9);
  EXPECT_EQ(read->mss, kSegmentBytesMax);
  EXPECT_TRUE(read->payload.empty());
}

TEST(Frame, LeavesThePaddingOfEthernetOut) {
  auto frame = frame_of({.flags = kAck});
  frame.resize(60, 0);
  EXPECT_TRUE(parse_tcp(frame)->payload.empty());
}

TEST(Frame, RefusesWhatIsDamagedOrCut) {
  const auto whole = frame_of({.flags = kAck, .payload_bytes = 10});
  ASSERT_TRUE(parse_tcp(whole).has_value());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_tcp(Bytes(whole).first(size)).has_value()) << size;
  }
  for (size_t at = 14; at < 34; ++at) {
    auto damaged = whole;
    damaged[at] ^= 0x10;
    EXPECT_FALSE(parse_tcp(damaged).has_value()) << at;
  }
}

TEST(Frame, ReadsArpThatItWrote) {
  std::vector<uint8_t> frame(kArpFrameBytes);
  write_arp({ArpFrame::Kind::Reply, {1, 2, 3, 4, 5, 6}, 10, 20}, {}, {}, frame.data());
  const auto arp = parse_arp(frame);
  ASSERT_TRUE(arp.has_value());
  EXPECT_EQ(arp->kind, ArpFrame::Kind::Reply);
  EXPECT_EQ(arp->sender, 10u);
  EXPECT_EQ(arp->target, 20u);
  EXPECT_FALSE(parse_arp(Bytes(frame).first(41)).has_value());
}

}  // namespace
}  // namespace penstock::load
