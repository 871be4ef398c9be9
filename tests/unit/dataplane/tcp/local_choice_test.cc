// SPDX-License-Identifier: Apache-2.0
//
// Opening towards a backend when ports are steered, scarce or still in TIME-WAIT.
#include "dataplane/tcp/local_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/rss_key.h"
#include "tests/support/tcp_dialogue.h"
#include "tests/support/tcp_node.h"

namespace penstock::tcp {
namespace {

using testing::endpoint;
using testing::ip;

const base::Endpoint kBackend = endpoint("10.0.0.9", 80);
const base::Instant kStart = base::Instant::from_ns(1'000'000'000);

// The ports of `local` whose replies from `remote` come to worker 1.
uint32_t count_ports(const nic::Steering& steering, const base::Endpoint& remote,
                     base::IpAddress local) {
  const nic::Steering::Replies replies(steering, remote, local);
  uint32_t count = 0;
  for (uint32_t port = base::kSourcePortLowest; port < 65'536; ++port) {
    if (replies.worker_of(static_cast<uint16_t>(port)) == 1) ++count;
  }
  return count;
}

// Steering by which a single port towards `remote` comes to worker 1.
nic::Steering with_one_port(const base::Endpoint& remote, base::IpAddress local) {
  constexpr size_t kEntries = 65'536;
  const nic::Toeplitz toeplitz(testing::kVerificationKey);
  std::vector<uint32_t> ports(kEntries, 0);
  for (uint32_t port = base::kSourcePortLowest; port < 65'536; ++port) {
    const base::Endpoint ours{local, static_cast<uint16_t>(port)};
    ++ports[toeplitz.hash(remote, ours) % kEntries];
  }
  const auto lonely = std::find(ports.begin(), ports.end(), 1u) - ports.begin();
  std::vector<uint16_t> table(kEntries, 0);
  table.at(static_cast<size_t>(lonely)) = 1;
  return nic::Steering({}, testing::kVerificationKey, table);
}

// A stack that opens many connections to one backend and hears of none.
class LocalChoice : public ::testing::Test {
 protected:
  void start(std::span<const WayOut> ways, uint16_t worker = 0) {
    StackSettings stack;
    stack.connections_max = 1024;
    stack.worker = worker;
    stack.ways = ways;
    node_ = std::make_unique<testing::TcpNode>(
        testing::TcpNodeSettings{.address = testing::prefix("10.0.0.1/24"), .stack = stack});
  }
  base::Result<Stream, ConnectError> open(const base::Endpoint& remote = kBackend) {
    auto stream = node_->stack.connect(remote, {}, kStart);
    if (stream.ok()) open_.push_back(*stream);
    return stream;
  }
  void TearDown() override {
    for (Stream& stream : open_) stream.release();
  }
  std::unique_ptr<testing::TcpNode> node_;
  std::vector<Stream> open_;
};

TEST_F(LocalChoice, TakesPortsWhoseRepliesComeToThisWorker) {
  const nic::Steering steering = nic::Steering::among_workers(testing::kVerificationKey, 4);
  const std::array ways{WayOut{.steering = &steering}};
  start(ways, 2);
  for (int i = 0; i < 200; ++i) {
    const auto stream = open();
    ASSERT_TRUE(stream.ok());
    EXPECT_EQ(steering.worker_of(kBackend, stream->local()), 2);
  }
}

TEST_F(LocalChoice, IsHardToGuessUnderRulesThatAreAboutHighPortsOnly) {
  const nic::Steering steering = nic::Steering::by_rules(testing::kVerificationKey, {0, 1});
  const std::array ways{WayOut{.steering = &steering}};
  start(ways, 1);
  std::map<uint16_t, int> used;
  for (uint16_t i = 0; i < 100; ++i) {
    const auto stream = open(endpoint("10.0.0.9", 1000 + i));
    ASSERT_TRUE(stream.ok());
    ++used[stream->local().port];
  }
  EXPECT_GT(used.size(), 95u);
}

TEST_F(LocalChoice, RefusesAtOnceAndCountsWhenEveryPortIsTaken) {
  const nic::Steering steering = with_one_port(kBackend, ip("10.0.0.1"));
  const std::array ways{WayOut{.steering = &steering}};
  start(ways, 1);
  EXPECT_TRUE(open().ok());
  EXPECT_EQ(open().error(), ConnectError::NoPort);
  EXPECT_EQ(node_->stack.counters().source_ports_exhausted.read(), 1u);
  EXPECT_EQ(open(endpoint("10.1.0.9", 80)).error(), ConnectError::NoRoute);
  EXPECT_EQ(node_->stack.counters().source_ports_exhausted.read(), 1u);
}

TEST_F(LocalChoice, OpensFromEveryAddressThatTheOperatorNamed) {
  const std::array sources{ip("10.0.0.1"), ip("10.0.0.7"), ip("10.0.0.8")};
  const std::array ways{WayOut{.sources = {.v4 = sources, .v6 = {}}}};
  start(ways);
  std::map<base::IpAddress, int> used;
  for (int i = 0; i < 300; ++i) {
    const auto stream = open();
    ASSERT_TRUE(stream.ok());
    ++used[stream->local().address];
  }
  ASSERT_EQ(used.size(), 3u);
  for (const auto& [address, count] : used) EXPECT_NEAR(count, 100, 40) << address.format();
}

TEST_F(LocalChoice, GoesOnToTheNextAddressWhenThePortsOfOneAreTaken) {
  const std::array sources{ip("10.0.0.1"), ip("10.0.0.7"), ip("10.0.0.8")};
  const nic::Steering steering = with_one_port(kBackend, sources[0]);
  const std::array ways{WayOut{.steering = &steering, .sources = {.v4 = sources, .v6 = {}}}};
  uint32_t ports = 0;
  for (const base::IpAddress source : sources) ports += count_ports(steering, kBackend, source);
  ASSERT_GT(ports, 1u);
  start(ways, 1);
  for (uint32_t i = 0; i < ports; ++i) ASSERT_TRUE(open().ok()) << i;
  EXPECT_EQ(open().error(), ConnectError::NoPort);
}

// One connection to the peer that we closed first, by the only port that there is.
class OnlyPortInTimeWait : public ::testing::Test {
 protected:
  enum class Stamps { None, Both };
  void close_first(Stamps stamps = Stamps::None) {
    const auto stamp = stamps == Stamps::Both ? std::optional<uint32_t>(500) : std::nullopt;
    d_.connect();
    d_.expect({.flags = "S"});
    d_.peer_sends({.flags = "SA", .ack = 1, .mss = 1000, .stamp = stamp});
    d_.expect({.flags = "A", .seq = 1, .ack = 1, .echo = stamp});
    d_.take_events();
    d_.close();
    d_.expect({.flags = "FA", .seq = 1, .ack = 1});
    d_.peer_sends({.flags = "FA", .seq = 1, .ack = 2, .stamp = stamp});
    d_.expect({.flags = "A", .seq = 2, .ack = 2});
    d_.release();
    EXPECT_EQ(d_.counters().time_wait.read(), 1u);
  }
  auto open_again(int64_t after_ms) {
    d_.at_ms(after_ms);
    return d_.node().stack.connect(endpoint("10.0.0.1", 9000), {},
                                   kStart + base::Duration::from_ms(after_ms));
  }
  tcp::StackSettings settings() {
    tcp::StackSettings stack = testing::TcpDialogue::small_settings();
    stack.worker = 1;
    stack.ways = ways_;
    stack.time_wait = base::Duration::from_s(240);
    return stack;
  }

  nic::Steering steering_ = with_one_port(endpoint("10.0.0.1", 9000), ip("10.0.0.2"));
  std::array<WayOut, 1> ways_{WayOut{.steering = &steering_}};
  testing::TcpDialogue d_{settings()};
};

TEST_F(OnlyPortInTimeWait, IsTakenOverWhenTheOldConnectionIsASecondGone) {
  close_first();
  d_.at_ms(2000);
  d_.connect();
  EXPECT_EQ(d_.counters().time_wait_reused.read(), 1u);
  EXPECT_EQ(d_.counters().time_wait.read(), 0u);
  EXPECT_EQ(d_.counters().source_ports_exhausted.read(), 0u);
  d_.expect({.flags = "S"});
}

TEST_F(OnlyPortInTimeWait, IsLeftAloneBefore) {
  close_first(Stamps::Both);
  EXPECT_EQ(open_again(900).error(), ConnectError::NoPort);
  EXPECT_EQ(d_.counters().time_wait.read(), 1u);
  EXPECT_EQ(d_.counters().source_ports_exhausted.read(), 1u);
}

// After 150 s the clock of initial numbers has gone around half of its circle.
TEST_F(OnlyPortInTimeWait, IsLeftAloneWhereOurNumbersWouldLieBehindTheOldOnes) {
  close_first();
  EXPECT_EQ(open_again(150'000).error(), ConnectError::NoPort);
}

// RFC 6191 2.
TEST_F(OnlyPortInTimeWait, IsTakenOverWhateverTheNumbersWhereTimeStampsTellTheAge) {
  close_first(Stamps::Both);
  auto stream = open_again(150'000);
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ(d_.counters().time_wait_reused.read(), 1u);
  stream->release();
}

}  // namespace
}  // namespace penstock::tcp
