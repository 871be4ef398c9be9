// SPDX-License-Identifier: Apache-2.0
//
// Sources that a listener does not admit: decided on the SYN, without state and without an answer.
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using testing::TcpDialogue;
using wire::DropReason;

base::AccessList denying(std::string_view network) {
  const std::vector<base::IpPrefix> networks = {testing::prefix(network)};
  return {.allow = {}, .deny = base::PrefixSet(networks)};
}

void admit(TcpDialogue& d, const tcp::Admission& admission) {
  ASSERT_TRUE(d.node().stack.set_admission(testing::endpoint("10.0.0.2", 80), admission));
}

TEST(AccessDialogue, ADeniedSynMeetsSilenceAndLeavesNoState) {
  const base::AccessList access = denying("10.0.0.0/31");
  base::Counter denied;
  TcpDialogue d;
  d.listen();
  admit(d, {.access = &access, .denied = &denied});
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect_silence();
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
  EXPECT_EQ(d.drops(DropReason::TcpSourceDenied), 1u);
  EXPECT_EQ(denied.read(), 1u);
}

TEST(AccessDialogue, ADeniedStrangerGetsNoResetEither) {
  const base::AccessList access = denying("10.0.0.0/31");
  TcpDialogue d;
  d.listen();
  admit(d, {.access = &access});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpSourceDenied), 1u);
}

TEST(AccessDialogue, OthersComeInAsBefore) {
  const base::AccessList access = denying("10.0.0.128/25");
  TcpDialogue d;
  d.listen();
  admit(d, {.access = &access});
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  EXPECT_EQ(d.drops(DropReason::TcpSourceDenied), 0u);
}

TEST(AccessDialogue, ADenialDoesNotTouchOpenConnections) {
  const base::AccessList access = denying("10.0.0.0/8");
  TcpDialogue d;
  d.open_passively();
  admit(d, {.access = &access});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  EXPECT_EQ(d.read(), 10u);
  d.write(5);
  d.expect({.flags = "A", .seq = 1, .ack = 11, .length = 5});
  d.peer_changes_port(5001);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpSourceDenied), 1u);
}

TEST(AccessDialogue, AnAckWithACookieIsJudgedToo) {
  const base::AccessList access = denying("10.0.0.0/8");
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.syn_cookies = tcp::SynCookies::Always;
  TcpDialogue d(settings);
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  admit(d, {.access = &access});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.expect_silence();
  EXPECT_FALSE(d.has_stream());
  EXPECT_EQ(d.counters().syn_cookies_accepted.read(), 0u);
  EXPECT_EQ(d.drops(DropReason::TcpSourceDenied), 1u);
  admit(d, {});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_TRUE(d.has_stream());
}

}  // namespace
}  // namespace penstock
