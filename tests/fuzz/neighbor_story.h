// SPDX-License-Identifier: Apache-2.0
//
// NeighborStory: a host on a wire with strangers, who all do what a fuzzer's program says. It
// remembers who asked for us and whom we asked, and so knows which MACs the host may believe, whom
// it may know and what it may answer; the rest is a failed CHECK.
// We are 10.0.0.2/16, 2001:db8::2/64 and fe80::2/64 with MAC mac(2). Single-threaded, in virtual
// time. RFC 826, RFC 5227, RFC 4861, RFC 1122 3.2.2.6.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "dataplane/wire/ndp.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/fuzz_program.h"

namespace penstock::fuzz {

class NeighborStory {
 public:
  explicit NeighborStory(FuzzProgram program) : program_(program) {}
  void run();

 private:
  // What is known of the owner of an address, from what was said on the wire.
  struct Party {
    std::set<base::MacAddress> believable;  // MACs that it said when it had a right to
    std::set<base::MacAddress> heard_from;  // MACs that anything of it came from
    bool may_be_known = false;              // it asked for us, or we have something for it
    base::Instant asked = FuzzHost::kStart - base::Duration::from_s(1000);
  };

  void act();
  bool may_await_answer(const Party& party) const;
  // --- On the wire.
  void arp_arrives();
  void ndp_arrives();
  void solicitation_arrives();
  void advertisement_arrives();
  void echo_arrives();
  void echo_v6_arrives();
  void expect_echo(base::IpAddress source, const testing::Frame& request);
  void icmp_arrives();
  void bytes_arrive();
  void arrives(const testing::Frame& frame);
  base::IpAddress some_address();
  base::IpAddress some_address_v6();
  base::MacAddress some_mac();
  // --- From above.
  void send_to(base::IpAddress destination);
  void sweep();
  // --- Time.
  void pass(base::Duration time);
  void flush();
  // --- What left.
  void on_sent(base::ByteSpan frame);
  void on_sent_arp(base::MacAddress to, base::ByteSpan message);
  void on_sent_ipv4(base::MacAddress to, base::ByteSpan packet);
  void on_sent_ipv6(base::MacAddress to, base::ByteSpan packet);
  void on_sent_ndp(base::MacAddress to, const wire::NdpMessage& message,
                   base::IpAddress destination);
  void on_asked(base::IpAddress target);
  void on_answered();
  void expect_reachable(base::IpAddress address, base::MacAddress to);
  void expect_asked_for(base::ByteSpan reply);
  void expect_nothing_left();

  FuzzProgram program_;
  FuzzHost host_;
  base::Instant now_ = FuzzHost::kStart;
  std::map<base::IpAddress, Party> parties_;
  std::array<net::NextHopCache, 16> caches_;
  std::multiset<std::vector<uint8_t>> echoes_;  // requests that may still be answered
  uint32_t answers_due_ = 0;                    // requests for our MAC that may still be answered
  bool is_blocked_ = false;
  bool was_limited_ = false;  // a question may be open that never left
};

}  // namespace penstock::fuzz
