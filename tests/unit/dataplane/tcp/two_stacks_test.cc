// SPDX-License-Identifier: Apache-2.0
//
// Two stacks and a bad wire between them: bodies must arrive whole, connections must end, and no
// buffer may be left behind, whatever the seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "dataplane/base/random.h"
#include "tests/support/simulated_link.h"
#include "tests/support/tcp_node.h"

namespace penstock {
namespace {

using base::Duration;
using base::Instant;

uint8_t pattern(uint64_t key, uint64_t offset) {
  return static_cast<uint8_t>((key * 0x9e3779b9u + offset) * 2654435761u >> 24);
}

// One end of one connection: writes its body, checks the other's, closes, lets go.
struct Party {
  tcp::Stream stream;
  uint64_t write_key = 0;
  uint64_t read_key = 0;
  uint64_t to_write = 0;
  uint64_t to_read = 0;
  uint64_t written = 0;
  uint64_t read = 0;
  bool closed = false;
  bool closes_late = false;  // only after the peer has closed
  bool done = false;
};

class World {
 public:
  struct Settings {
    testing::LinkFaults faults;
    uint32_t connections = 1;
    uint64_t body_bytes = 1 << 20;
    Duration delay = Duration::from_ms(2);
    nic::PacketPoolSizes pool = {.buffers = 4095, .references = 4095};
    uint32_t window = base::kReceiveWindowBytes;
    base::IpFamily family = base::IpFamily::V4;
    uint16_t mtu = 1500;
  };

  World(const Settings& settings, uint64_t seed)
      : settings_(settings),
        random_(seed),
        client_(node_settings(1, seed)),
        server_(node_settings(2, seed + 1)),
        link_({.delay = settings.delay, .faults = settings.faults, .seed = seed}, client_.port,
              server_.port) {
    // ARP gives up after three losses, which is not what is under test: both know each other.
    introduce(client_, 1, 2);
    introduce(server_, 2, 1);
    EXPECT_TRUE(server_.stack.listen(server_endpoint(), 7).ok());
    for (uint32_t i = 0; i < settings.connections; ++i) open(i);
  }

  // Runs until all parties are done; false when that takes longer than `limit` of virtual time.
  bool run(Duration limit) {
    const Instant end = now_ + limit;
    // Users are slow at times, and come back after a while.
    while (now_ < end && !all_done()) step(base::earlier(next_event(), now_ + kUserPause));
    return all_done();
  }
  // Lets TIME-WAIT pass and the wire run dry.
  void settle() {
    const Instant end = now_ + Duration::from_s(300);
    while (now_ < end && next_event() < end) step(next_event());
  }

  testing::TcpNode& client() { return client_; }
  testing::TcpNode& server() { return server_; }
  Instant now() const { return now_; }
  uint32_t corrupted() const { return corrupted_; }

 private:
  static constexpr Duration kUserPause = Duration::from_ms(10);

  base::IpAddress address(uint8_t last) const {
    return settings_.family == base::IpFamily::V4
               ? base::IpAddress::from_v4(0x0a000000u + last)
               : base::IpAddress::from_v6(0x2001'0db8'0000'0000, last);
  }
  base::Endpoint server_endpoint() const { return {address(2), 80}; }

  testing::TcpNodeSettings node_settings(uint8_t last, uint64_t seed) const {
    testing::TcpNodeSettings node;
    node.address = {address(last), 24};
    node.mac_last = last;
    node.pool = settings_.pool;
    node.pool.frame_bytes =
        std::max(base::kFrameBytesDefault, settings_.mtu + base::kEthernetBytesMax);
    node.mtu = settings_.mtu;
    node.stack.mss = static_cast<uint16_t>(settings_.mtu - 40);
    node.stack.connections_max = 64;
    node.stack.half_open_max = 64;
    node.stack.time_wait_max = 64;
    node.stack.receive_window_bytes = settings_.window;
    node.stack.seed = seed;
    node.stack.isn_key = {seed, ~seed};
    node.features = {.ipv4_checksum = seed % 2 == 0,
                     .tcp_checksum = seed % 3 == 0,
                     .multi_segment = seed % 5 != 0};
    return node;
  }

  void introduce(testing::TcpNode& node, uint8_t ours, uint8_t other) {
    node.port.deliver(settings_.family == base::IpFamily::V4 ? arp_question(ours, other)
                                                             : ndp_question(ours, other));
    node.receive(now_);
  }

  testing::Frame arp_question(uint8_t ours, uint8_t other) const {
    return testing::build_arp({testing::mac(other), base::MacAddress::broadcast()},
                              {.operation = wire::ArpOperation::Request,
                               .sender_mac = testing::mac(other),
                               .sender_ip = address(other),
                               .target_mac = {},
                               .target_ip = address(ours)});
  }

  testing::Frame ndp_question(uint8_t ours, uint8_t other) const {
    return testing::build_ethernet({testing::mac(other), testing::mac(ours)}, wire::EtherType::Ipv6,
                                   testing::build_ndp_packet({.kind = wire::NdpKind::Solicitation,
                                                              .target = address(ours),
                                                              .mac = testing::mac(other)},
                                                             address(other), address(ours)));
  }

  void open(uint32_t index) {
    auto stream =
        client_.stack.connect(server_endpoint(), {tcp::StreamUser::Kind::Upstream, index}, now_);
    ASSERT_TRUE(stream.ok());
    Party party;
    party.stream = *stream;
    party.write_key = stream->local().port;
    party.read_key = party.write_key + 100'000;
    party.to_write = random_.below(settings_.body_bytes + 1);
    party.to_read = random_.below(settings_.body_bytes + 1);
    party.closes_late = random_.below(3) == 0;
    if (party.closes_late) late_ports_.insert(party.stream.local().port);
    sizes_[stream->local().port] = {party.to_read, party.to_write};
    parties_.push_back(party);
  }

  void accept(tcp::Stream stream) {
    Party party;
    party.stream = stream;
    party.read_key = stream.remote().port;
    party.write_key = party.read_key + 100'000;
    std::tie(party.to_write, party.to_read) = sizes_[stream.remote().port];
    party.closes_late = random_.below(3) == 0 && !late_ports_.contains(stream.remote().port);
    stream.set_user({tcp::StreamUser::Kind::Downstream, static_cast<uint32_t>(parties_.size())});
    parties_.push_back(party);
  }

  bool all_done() const {
    if (parties_.size() < 2 * settings_.connections) return false;
    return std::all_of(parties_.begin(), parties_.end(), [](const Party& p) { return p.done; });
  }

  Instant next_event() const {
    return base::earlier(link_.next_deadline(),
                         base::earlier(client_.next_deadline(), server_.next_deadline()));
  }

  void step(Instant then) {
    now_ = std::max(now_, then);
    link_.carry(now_);
    turn(client_);
    turn(server_);
    link_.carry(now_);
  }

  void turn(testing::TcpNode& node) {
    node.receive(now_);
    while (const auto ready = node.stack.take_ready()) {
      if (ready->accepted) accept(ready->stream);
      if (ready->closed) finish(party_of(ready->stream));
    }
    for (Party& party : parties_) {
      if (party.done || (&node == &client_) != (party.stream.local().port != 80)) continue;
      use(node, party);
    }
    node.send(now_);
  }

  Party& party_of(tcp::Stream stream) {
    for (Party& party : parties_) {
      if (!party.done && party.stream == stream) return party;
    }
    ADD_FAILURE() << "an event for nobody";
    return parties_.front();
  }

  void use(testing::TcpNode& node, Party& party) {
    if (!party.stream.is_established()) return;
    if (random_.below(4) != 0) read(party);
    write(node, party);
    const bool may_close = !party.closes_late || party.stream.peer_closed();
    if (!party.closed && party.written == party.to_write && may_close) {
      party.closed = true;
      party.stream.close();
    }
  }

  void read(Party& party) {
    nic::SliceQueue& received = party.stream.received();
    uint64_t limit = random_.below(4) == 0 ? 1000 : UINT64_MAX;
    while (!received.empty() && limit > 0) {
      const base::ByteSpan bytes = received.front().first(std::min(limit, received.front().size()));
      for (const uint8_t byte : bytes) {
        if (byte != pattern(party.read_key, party.read++)) ++corrupted_;
      }
      limit -= bytes.size();
      received.trim_front(static_cast<uint32_t>(bytes.size()));
    }
    party.stream.consumed();
  }

  void write(testing::TcpNode& node, Party& party) {
    while (party.written < party.to_write && party.stream.write_space() > 0) {
      if (node.pool.buffers_in_use() > settings_.pool.buffers / 2) return;
      nic::Slice slice = node.pool.allocate_slice();
      if (!slice) return;
      const uint64_t most = random_.below(3) == 0 ? 40 : nic::PacketPool::kDataBytes;
      const uint64_t size = std::min(1 + random_.below(most), party.to_write - party.written);
      const base::MutableByteSpan room = slice.room();
      for (uint64_t i = 0; i < size; ++i) room[i] = pattern(party.write_key, party.written + i);
      slice.commit(static_cast<uint32_t>(size));
      party.written += size;
      party.stream.write(std::move(slice));
    }
  }

  void finish(Party& party) {
    read(party);
    read(party);
    while (!party.stream.received().empty()) read(party);
    EXPECT_EQ(party.stream.close_reason(), tcp::CloseReason::Finished);
    EXPECT_EQ(party.read, party.to_read);
    EXPECT_EQ(party.written, party.to_write);
    party.stream.release();
    party.done = true;
  }

  Settings settings_;
  base::Random random_;
  testing::TcpNode client_;
  testing::TcpNode server_;
  testing::SimulatedLink link_;
  Instant now_ = Instant::from_ns(1'000'000'000);
  std::vector<Party> parties_;
  std::map<uint16_t, std::pair<uint64_t, uint64_t>> sizes_;
  std::set<uint16_t> late_ports_;  // two who wait for each other would wait for ever
  uint32_t corrupted_ = 0;
};

// What must hold at the end of each world.
void expect_whole_and_clean(const World::Settings& settings, uint64_t seed, Duration limit) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  World world(settings, seed);
  ASSERT_TRUE(world.run(limit));
  world.settle();
  EXPECT_EQ(world.corrupted(), 0u);
  for (testing::TcpNode* node : {&world.client(), &world.server()}) {
    EXPECT_EQ(node->stack.connections_open(), 0u);
    EXPECT_EQ(node->stack.counters().time_wait.read(), 0u);
    EXPECT_EQ(node->stack.counters().established.read(), 0u);
    EXPECT_EQ(node->stack.counters().half_open.read(), 0u);
    EXPECT_EQ(node->pool.buffers_in_use(), 0u);
    EXPECT_EQ(node->pool.references_in_use(), 0u);
  }
}

uint64_t seeds() {
  const char* asked = std::getenv("PENSTOCK_SEEDS");
  return asked == nullptr ? 20 : std::strtoull(asked, nullptr, 10);
}

TEST(TwoStacks, MoveBodiesOverAGoodWire) {
  const World::Settings settings{.faults = {}, .connections = 4};
  for (uint64_t seed = 1; seed <= seeds() / 4; ++seed) {
    expect_whole_and_clean(settings, seed, Duration::from_s(20));
    if (HasFailure()) return;
  }
}

TEST(TwoStacks, MoveBodiesOverIpv6) {
  const World::Settings settings{.faults = {.loss = 20, .duplication = 10, .reordering = 30},
                                 .connections = 3,
                                 .body_bytes = 1 << 19,
                                 .family = base::IpFamily::V6};
  for (uint64_t seed = 1; seed <= seeds(); ++seed) {
    expect_whole_and_clean(settings, seed, Duration::from_s(300));
    if (HasFailure()) return;
  }
}

TEST(TwoStacks, MoveBodiesInLargeFramesAndSmallOnes) {
  for (const int mtu : {9000, 576}) {
    const World::Settings settings{.faults = {.loss = 20, .duplication = 10, .reordering = 30},
                                   .connections = 3,
                                   .body_bytes = 1 << 18,
                                   .mtu = static_cast<uint16_t>(mtu)};
    for (uint64_t seed = 1; seed <= seeds() / 2; ++seed) {
      expect_whole_and_clean(settings, seed, Duration::from_s(300));
      if (HasFailure()) return;
    }
  }
}

TEST(TwoStacks, MoveBodiesOverAWireThatLosesRepeatsAndReorders) {
  const World::Settings settings{.faults = {.loss = 20, .duplication = 10, .reordering = 30},
                                 .connections = 3,
                                 .body_bytes = 1 << 19};
  for (uint64_t seed = 1; seed <= seeds(); ++seed) {
    expect_whole_and_clean(settings, seed, Duration::from_s(300));
    if (HasFailure()) return;
  }
}

TEST(TwoStacks, MoveBodiesOverAWireThatIsBarelyOne) {
  const World::Settings settings{
      .faults = {.loss = 100, .duplication = 100, .reordering = 200, .corruption = 20},
      .connections = 3,
      .body_bytes = 1 << 16};
  for (uint64_t seed = 1; seed <= seeds(); ++seed) {
    expect_whole_and_clean(settings, seed, Duration::from_s(3000));
    if (HasFailure()) return;
  }
}

TEST(TwoStacks, MoveBodiesThroughSmallWindowsAndScarceBuffers) {
  const World::Settings settings{.faults = {.loss = 10, .reordering = 10},
                                 .connections = 6,
                                 .body_bytes = 1 << 17,
                                 .pool = {.buffers = 127, .references = 63},
                                 .window = 6000};
  for (uint64_t seed = 1; seed <= seeds(); ++seed) {
    expect_whole_and_clean(settings, seed, Duration::from_s(3000));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace penstock
