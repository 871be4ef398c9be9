// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/connection_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/simulated_link.h"
#include "tests/support/slices.h"
#include "tests/support/tcp_node.h"

namespace penstock::upstream {
namespace {

using base::Duration;
using base::Instant;
using State = BackendConnection::State;

constexpr uint32_t kConnectionsMax = 3;
constexpr IdlePolicy kIdle{.idle_max = 2, .timeout = Duration::from_s(10)};

// A pool and, at the other end of a wire, a backend that accepts on port 8000.
class ConnectionPoolTest : public ::testing::Test {
 protected:
  ConnectionPoolTest() {
    CHECK(backend_.stack.listen(testing::endpoint("10.0.0.2", 8000), 0).ok());
    pool_.emplace(
        kConnectionsMax, node_.stack,
        PoolPlaces{
            .backends = counters_.data(), .pools = pools_.get(), .pools_of_workers = workers_},
        now_);
  }

  void TearDown() override {
    pool_.reset();
    for (tcp::Stream& stream : accepted_) {
      stream.abort();
      stream.release();
    }
    run_for(Duration::from_s(10));
    EXPECT_EQ(counters_[0].connections_open.read(), 0u);
    EXPECT_EQ(counters_[0].connections_idle.read(), 0u);
    EXPECT_EQ(node_.stack.connections_open(), 0u);
    EXPECT_EQ(node_.pool.buffers_in_use(), 0u);
    EXPECT_EQ(node_.pool.references_in_use(), 0u);
  }

  void run_for(Duration time) {
    const Instant end = now_ + time;
    while (now_ < end) {
      step();
      now_ = std::min(end, std::max(now_ + Duration::from_us(1), next_event()));
    }
    step();
  }
  // What the lessee of a connection does with its events.
  void on_ready(const tcp::Ready& ready) {
    BackendConnection& connection = pool_->at(ready.user.index);
    if (connection.state == State::Idle) {
      pool_->on_idle_ready(connection);
    } else if (connection.state == State::Connecting && ready.connected) {
      pool_->on_connected(connection);
    }
  }

  base::Result<BackendConnection*, LeaseError> lease(Reuse reuse = Reuse::Any,
                                                     std::string_view address = "10.0.0.2") {
    return pool_->lease(
        {.backend = 0, .endpoint = testing::endpoint(address, 8000), .lessee = 5, .reuse = reuse},
        now_);
  }
  BackendConnection& leased() {
    const auto connection = lease();
    CHECK(connection.ok());
    run_for(Duration::from_ms(100));
    return *connection.value();
  }
  void give_back(BackendConnection& connection) { pool_->give_back(connection, kIdle, now_); }

  Instant now_ = Instant::from_ns(1'000'000'000);
  std::vector<tcp::Stream> accepted_;
  std::vector<BackendCounters> counters_{base::kBackendsMax};
  std::unique_ptr<PoolCounters[]> pools_ = std::make_unique<PoolCounters[]>(base::kPoolsMax);
  std::unique_ptr<PoolCounters[]> pools_of_another_ =
      std::make_unique<PoolCounters[]>(base::kPoolsMax);
  std::array<const PoolCounters*, 2> workers_ = {pools_.get(), pools_of_another_.get()};
  testing::TcpNode node_{settings(1)};
  testing::TcpNode backend_{settings(2)};
  testing::SimulatedLink link_{{}, node_.port, backend_.port};
  std::optional<ConnectionPool> pool_;

 private:
  static testing::TcpNodeSettings settings(uint8_t last) {
    testing::TcpNodeSettings node;
    node.address = {base::IpAddress::from_v4(0x0a000000u + last), 24};
    node.mac_last = last;
    node.stack.connections_max = 64;
    node.stack.time_wait = Duration::from_s(1);
    return node;
  }
  Instant next_event() const {
    return base::earlier(link_.next_deadline(),
                         base::earlier(node_.next_deadline(), backend_.next_deadline()));
  }
  void step() {
    link_.carry(now_);
    node_.receive(now_);
    while (const auto ready = node_.stack.take_ready()) {
      if (pool_) on_ready(*ready);
    }
    if (pool_) pool_->on_timers(now_);
    node_.send(now_);
    backend_.receive(now_);
    while (const auto ready = backend_.stack.take_ready()) {
      if (ready->accepted) accepted_.push_back(ready->stream);
    }
    backend_.send(now_);
    link_.carry(now_);
  }
};

TEST_F(ConnectionPoolTest, ConnectsWhenNothingIsIdle) {
  const auto connection = lease();
  ASSERT_TRUE(connection.ok());
  EXPECT_EQ((*connection)->state, State::Connecting);
  EXPECT_EQ((*connection)->lessee, 5u);
  run_for(Duration::from_ms(100));
  EXPECT_EQ((*connection)->state, State::Leased);
  EXPECT_EQ(counters_[0].connects.read(), 1u);
  pool_->discard(**connection, ConnectionPool::Farewell::Close);
}

TEST_F(ConnectionPoolTest, KnowsOfANewConnectionWhetherAnythingHasArrived) {
  BackendConnection& connection = leased();
  EXPECT_TRUE(connection.delivered_nothing());
  nic::Slice slice = node_.pool.allocate_slice();
  slice.commit(10);
  connection.stream.write(std::move(slice));
  EXPECT_TRUE(connection.delivered_nothing());
  run_for(Duration::from_ms(100));
  EXPECT_FALSE(connection.delivered_nothing());
  pool_->discard(connection, ConnectionPool::Farewell::Abort);
}

TEST_F(ConnectionPoolTest, LeasesWhatWasGivenBackLast) {
  BackendConnection& first = leased();
  BackendConnection& second = leased();
  give_back(first);
  give_back(second);
  EXPECT_EQ(counters_[0].connections_idle.read(), 2u);
  EXPECT_TRUE(pool_->with_idle()[0]);
  EXPECT_EQ(lease().value(), &second);
  EXPECT_EQ(second.state, State::Leased);
  EXPECT_EQ(second.exchanges, 1u);
  EXPECT_EQ(lease().value(), &first);
  EXPECT_EQ(counters_[0].reuses.read(), 2u);
  EXPECT_TRUE(pool_->with_idle().none());
  give_back(first);
  give_back(second);
}

TEST_F(ConnectionPoolTest, GivesARequestThatMayNotBeRepeatedOnlyARecentConnection) {
  give_back(leased());
  run_for(kRecentIdle);
  BackendConnection* recent = lease(Reuse::Recent).value();
  EXPECT_EQ(recent->state, State::Leased);
  give_back(*recent);
  run_for(kRecentIdle + Duration::from_ms(1));
  BackendConnection* fresh = lease(Reuse::Recent).value();
  EXPECT_EQ(fresh->state, State::Connecting);
  EXPECT_EQ(lease(Reuse::Any).value(), recent);
  pool_->discard(*fresh, ConnectionPool::Farewell::Abort);
  give_back(*recent);
}

TEST_F(ConnectionPoolTest, GivesANewConnectionToWhoWantsNoOther) {
  give_back(leased());
  BackendConnection* fresh = lease(Reuse::None).value();
  EXPECT_EQ(fresh->state, State::Connecting);
  pool_->discard(*fresh, ConnectionPool::Farewell::Abort);
}

TEST_F(ConnectionPoolTest, KeepsNoMoreIdleConnectionsThanItMay) {
  BackendConnection& first = leased();
  BackendConnection& second = leased();
  BackendConnection& third = leased();
  give_back(first);
  give_back(second);
  give_back(third);
  EXPECT_EQ(counters_[0].connections_idle.read(), 2u);
  EXPECT_EQ(pool_->connections_open(), 2u);
}

TEST_F(ConnectionPoolTest, ClosesWhatNobodyWantsForItsTimeOut) {
  give_back(leased());
  run_for(kIdle.timeout - Duration::from_ms(5));
  EXPECT_EQ(pool_->connections_open(), 1u);
  EXPECT_EQ(counters_[0].idle_timeouts.read(), 0u);
  run_for(Duration::from_ms(10));
  EXPECT_EQ(pool_->connections_open(), 0u);
  EXPECT_EQ(counters_[0].idle_timeouts.read(), 1u);
  run_for(Duration::from_ms(100));
  EXPECT_TRUE(accepted_[0].peer_closed());
}

TEST_F(ConnectionPoolTest, DropsAnIdleConnectionThatTheBackendCloses) {
  give_back(leased());
  accepted_[0].close();
  run_for(Duration::from_ms(100));
  EXPECT_EQ(pool_->connections_open(), 0u);
}

TEST_F(ConnectionPoolTest, DropsAnIdleConnectionThatTheBackendResets) {
  give_back(leased());
  accepted_[0].abort();
  run_for(Duration::from_ms(100));
  EXPECT_EQ(pool_->connections_open(), 0u);
}

TEST_F(ConnectionPoolTest, DropsAnIdleConnectionOnWhichTheBackendSpeaks) {
  give_back(leased());
  accepted_[0].write(testing::make_slice(backend_.pool, "unasked"));
  run_for(Duration::from_ms(100));
  EXPECT_EQ(pool_->connections_open(), 0u);
}

TEST_F(ConnectionPoolTest, DoesNotKeepAConnectionWithUnreadBytes) {
  BackendConnection& connection = leased();
  accepted_[0].write(testing::make_slice(backend_.pool, "too much"));
  run_for(Duration::from_ms(100));
  give_back(connection);
  EXPECT_EQ(pool_->connections_open(), 0u);
}

TEST_F(ConnectionPoolTest, SaysWhenAllConnectionsAreLeased) {
  std::vector<BackendConnection*> all;
  for (uint32_t i = 0; i < kConnectionsMax; ++i) all.push_back(lease().value());
  const auto one_more = lease();
  ASSERT_FALSE(one_more.ok());
  EXPECT_EQ(one_more.error(), LeaseError::OverLimit);
  for (BackendConnection* one : all) pool_->discard(*one, ConnectionPool::Farewell::Abort);
}

TEST_F(ConnectionPoolTest, ClosesTheLongestIdleConnectionWhenItNeedsRoom) {
  BackendConnection& oldest = leased();
  BackendConnection& newer = leased();
  leased();
  give_back(oldest);
  give_back(newer);
  run_for(Duration::from_ms(100));
  BackendConnection* fresh = lease(Reuse::None).value();
  EXPECT_EQ(fresh->state, State::Connecting);
  run_for(Duration::from_ms(100));
  EXPECT_TRUE(accepted_[0].peer_closed());
  EXPECT_FALSE(accepted_[1].peer_closed());
  for (uint32_t i = 0; i < kConnectionsMax; ++i) {
    if (pool_->at(i).state != State::Idle) {
      pool_->discard(pool_->at(i), ConnectionPool::Farewell::Abort);
    }
  }
}

// Theirs may be idle, and nobody but they can close them.
TEST_F(ConnectionPoolTest, OpensOneThoughOtherWorkersHaveAsManyAsThereMayBe) {
  pools_of_another_[0].connections_open.add(2);
  const auto bounded = [this] {
    return pool_->lease({.backend = 0,
                         .endpoint = testing::endpoint("10.0.0.2", 8000),
                         .lessee = 5,
                         .connections_max = 2},
                        now_);
  };
  const auto first = bounded();
  ASSERT_TRUE(first.ok());
  const auto second = bounded();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error(), LeaseError::AtBound);
  pool_->discard(**first, ConnectionPool::Farewell::Close);
}

TEST_F(ConnectionPoolTest, SaysWhenThereIsNoWayToABackend) {
  const auto connection = lease(Reuse::Any, "192.0.2.1");
  ASSERT_FALSE(connection.ok());
  EXPECT_EQ(connection.error(), LeaseError::NoRoute);
  EXPECT_EQ(pool_->connections_open(), 0u);
}

TEST_F(ConnectionPoolTest, ClosesTheIdleConnectionsOfBackendsThatAreNotKept) {
  give_back(leased());
  pool_->close_idle_unless([](uint32_t backend) { return backend == 0; });
  EXPECT_EQ(pool_->connections_open(), 1u);
  pool_->close_idle_unless([](uint32_t backend) { return backend != 0; });
  EXPECT_EQ(pool_->connections_open(), 0u);
}

}  // namespace
}  // namespace penstock::upstream
