// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/tcp_watch.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/packet_builder.h"

namespace penstock::testing {
namespace {

constexpr uint32_t kClientIsn = 1000;
constexpr uint32_t kServerIsn = 5000;
constexpr uint32_t kOtherIsn = 1'000'000;
constexpr uint8_t kServerScale = 2;

// A client and a server whose handshake the onlooker has seen.
class TcpWatchTest : public ::testing::Test {
 protected:
  TcpWatchTest() {
    pass(syn());
    pass(syn_ack());
    pass(from_client(0, ""));
  }

  TcpView syn() {
    TcpView view = from_client(0, "");
    view.sequence = kClientIsn;
    view.syn = true;
    view.ack = false;
    view.mss = 1460;
    view.window_scale = 4;
    return view;
  }
  TcpView syn_ack() {
    TcpView view = from_server(0, "");
    view.sequence = kServerIsn;
    view.syn = true;
    view.mss = 1000;
    view.window_scale = kServerScale;
    view.window = 3000;
    return view;
  }
  // Another connection, whose client has said nothing behind its SYN.
  void open_again() {
    TcpView again = syn();
    again.sequence = kOtherIsn;
    pass(again);
    TcpView answer = syn_ack();
    answer.acknowledgment = kOtherIsn + 1;
    pass(answer);
  }

  // Offsets count bytes behind the SYN.
  TcpView from_client(uint32_t at, std::string_view text, uint32_t acknowledged = 0) {
    TcpView view;
    view.source = endpoint("10.0.0.1", 1000);
    view.destination = endpoint("10.0.0.2", 80);
    view.sequence = kClientIsn + 1 + at;
    view.acknowledgment = kServerIsn + 1 + acknowledged;
    view.ack = true;
    view.window = 3000;
    view.payload = base::as_bytes(text);
    return view;
  }
  TcpView from_server(uint32_t at, std::string_view text, uint32_t acknowledged = 0) {
    TcpView view = from_client(0, text);
    std::swap(view.source, view.destination);
    view.sequence = kServerIsn + 1 + at;
    view.acknowledgment = kClientIsn + 1 + acknowledged;
    view.window = 3000 >> kServerScale;
    return view;
  }
  void pass(const TcpView& segment) {
    watch.on_sent(segment);
    watch.on_arrived(segment);
  }
  void lose(const TcpView& segment) { watch.on_sent(segment); }
  std::string complaint() const {
    return watch.complaints().empty() ? "" : watch.complaints().front();
  }
  void expect_complaint(const std::string& part) {
    EXPECT_NE(complaint().find(part), std::string::npos) << complaint();
  }

  uint64_t lost_inside = 0;
  TcpWatch watch{[this](base::IpAddress) { return lost_inside; }};
};

TEST_F(TcpWatchTest, HasNothingToSayOfAConversation) {
  pass(from_client(0, "GET"));
  pass(from_server(0, "OK", 3));
  lose(from_client(3, "more", 2));
  pass(from_client(3, "more", 2));
  TcpView fin = from_client(7, "", 2);
  fin.fin = true;
  pass(fin);
  pass(from_server(2, "", 8));
  EXPECT_EQ(complaint(), "");
}

TEST_F(TcpWatchTest, SeesOtherBytesSentAgain) {
  lose(from_client(0, "abcdef"));
  pass(from_client(2, "cXe"));
  expect_complaint("sends other bytes again");
}

TEST_F(TcpWatchTest, SeesAnAckOfWhatNeverArrived) {
  lose(from_client(0, "abc"));
  pass(from_server(0, "", 3));
  expect_complaint("acknowledges 3 of the 0 bytes");
}

TEST_F(TcpWatchTest, SeesAnAckThatCountsAFinBeforeTheBytesInFrontOfIt) {
  lose(from_client(0, "abc"));
  TcpView fin = from_client(3, "");
  fin.fin = true;
  pass(fin);
  pass(from_server(0, "", 1));
  expect_complaint("acknowledges 1 of the 0 bytes");
}

TEST_F(TcpWatchTest, SeesAnAckTakenBack) {
  pass(from_client(0, "abc"));
  pass(from_server(0, "", 3));
  pass(from_server(0, "", 2));
  expect_complaint("takes an ACK back");
}

TEST_F(TcpWatchTest, SeesABlockOfWhatNeverArrived) {
  lose(from_client(0, "abc"));
  pass(from_client(3, "def"));
  TcpView ack = from_server(0, "");
  ack.sack = {{kClientIsn + 1 + 3, kClientIsn + 1 + 6}};
  pass(ack);
  EXPECT_EQ(complaint(), "");
  ack.sack = {{kClientIsn + 1 + 3, kClientIsn + 1 + 7}};
  pass(ack);
  expect_complaint("reports bytes 3 to 7");
}

TEST_F(TcpWatchTest, SeesWhatGoesBeyondTheWindow) {
  const std::string text(1000, 'x');
  for (uint32_t at = 0; at < 3000; at += 1000) pass(from_client(at, text));
  pass(from_client(3000, "x"));
  EXPECT_EQ(complaint(), "") << "a probe of one byte may";
  pass(from_client(3001, "x"));
  expect_complaint("goes beyond the window, which ends at 3000");
}

TEST_F(TcpWatchTest, SeesASegmentLargerThanThePeerTakes) {
  pass(from_client(0, std::string(1001, 'x')));
  expect_complaint("is larger than the MSS");
}

TEST_F(TcpWatchTest, SeesAWindowThatShrinks) {
  TcpView ack = from_server(0, "");
  ack.window = (3000 >> kServerScale) - 1;
  pass(ack);
  expect_complaint("shrinks its window");
}

TEST_F(TcpWatchTest, LetsASynThatComesAgainSayNoMoreThanItsWindowHolds) {
  TcpView ack = from_server(0, "");
  ack.window = 65'535;
  pass(ack);
  TcpView again = syn_ack();
  again.window = 65'535;
  pass(again);
  EXPECT_EQ(complaint(), "");
  again.window = 65'534;
  pass(again);
  expect_complaint("shrinks its window");
}

TEST_F(TcpWatchTest, SeesAFlowThatDoesNotBeginBehindItsSyn) {
  open_again();
  TcpView late = from_client(0, "late");
  late.sequence = kOtherIsn + 1 + 500;
  lose(late);
  expect_complaint("does not begin behind its SYN");
}

TEST_F(TcpWatchTest, LetsTheBeginningOfAFlowBeLostInsideAHostThatSaysSo) {
  open_again();
  ++lost_inside;
  TcpView late = from_client(0, "late");
  late.sequence = kOtherIsn + 1 + 500;
  lose(late);
  EXPECT_EQ(complaint(), "");
}

TEST_F(TcpWatchTest, SeesBytesBehindAFin) {
  TcpView fin = from_client(0, "abc");
  fin.fin = true;
  pass(fin);
  pass(from_client(3, "x"));
  expect_complaint("goes beyond its FIN");
}

TEST_F(TcpWatchTest, SeesTimeStampsThatNobodyAgreedOn) {
  TcpView ack = from_client(0, "");
  ack.timestamps = {1, 2};
  pass(ack);
  expect_complaint("has time stamps that were not agreed on");
}

TEST_F(TcpWatchTest, LetsAHostInTimeWaitAnswerANewSynForItsOldConnection) {
  TcpView again = syn();
  again.sequence = kClientIsn + 50;
  pass(again);
  pass(from_server(700, "", 100));
  EXPECT_EQ(complaint(), "");
}

// A SYN that comes late opens a connection at a server that has forgotten the first.
TEST_F(TcpWatchTest, LetsTheEchoOfAConnectionOutliveItAtThePeer) {
  TcpView first = syn();
  first.sequence = kOtherIsn;
  first.timestamps = {1, 0};
  pass(first);
  TcpView answer = syn_ack();
  answer.acknowledgment = kOtherIsn + 1;
  answer.timestamps = {50, 1};
  pass(answer);
  TcpView ack = from_client(0, "");
  ack.sequence = kOtherIsn + 1;
  ack.timestamps = {2, 50};
  pass(ack);
  TcpView text = from_server(0, "");
  text.acknowledgment = kOtherIsn + 1;
  text.timestamps = {51, 2};
  pass(text);
  answer.sequence = kServerIsn + 1000;
  answer.timestamps = {60, 1};
  pass(answer);
  ack.timestamps = {3, 51};
  pass(ack);
  EXPECT_EQ(complaint(), "");
  ack.timestamps = {3, 52};
  pass(ack);
  expect_complaint("echoes a time stamp that has not arrived");
}

TEST_F(TcpWatchTest, IgnoresWhatIsLeftOfAnEarlierConnection) {
  watch.on_arrived(from_client(static_cast<uint32_t>(-500), "old"));
  pass(from_server(0, "", 0));
  EXPECT_EQ(complaint(), "");
}

}  // namespace
}  // namespace penstock::testing
