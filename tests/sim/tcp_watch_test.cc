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

// A client and a server whose handshake the onlooker has seen.
class TcpWatchTest : public ::testing::Test {
 protected:
  TcpWatchTest() {
    TcpView syn = from_client(0, "");
    syn.sequence = kClientIsn;
    syn.syn = true;
    syn.ack = false;
    syn.mss = 1460;
    pass(syn);
    TcpView syn_ack = from_server(0, "");
    syn_ack.sequence = kServerIsn;
    syn_ack.syn = true;
    syn_ack.mss = 1000;
    pass(syn_ack);
    pass(from_client(0, ""));
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

  TcpWatch watch;
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
  ack.window = 2999;
  pass(ack);
  expect_complaint("shrinks its window");
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

TEST_F(TcpWatchTest, IgnoresWhatIsLeftOfAnEarlierConnection) {
  watch.on_arrived(from_client(static_cast<uint32_t>(-500), "old"));
  pass(from_server(0, "", 0));
  EXPECT_EQ(complaint(), "");
}

}  // namespace
}  // namespace penstock::testing
