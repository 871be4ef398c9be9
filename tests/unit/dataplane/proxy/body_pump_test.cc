// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/body_pump.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "dataplane/base/random.h"
#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"
#include "tests/support/slices.h"

namespace penstock::proxy {
namespace {

using base::Duration;
using testing::body_of;
using testing::get;
using testing::ok;
using testing::PeerConnection;
using testing::ProxyWorld;
using testing::ProxyWorldSettings;
using testing::SnapshotSpec;

uint8_t pattern(uint64_t offset) {
  return static_cast<uint8_t>((offset * 2654435761u) >> 13 ^ offset >> 20);
}

// Writes and checks a body too large to keep.
struct LargeBody {
  explicit LargeBody(uint64_t bytes) : bytes_max(bytes) {}
  uint64_t bytes_max;
  uint64_t written = 0;
  uint64_t read = 0;
  uint64_t wrong = 0;

  PeerConnection::Source source() {
    return [this](base::MutableByteSpan room) {
      const size_t count = std::min<uint64_t>(room.size(), bytes_max - written);
      for (size_t i = 0; i < count; ++i) room[i] = pattern(written + i);
      written += count;
      return count;
    };
  }
  PeerConnection::Sink sink() {
    return [this](base::ByteSpan bytes) {
      for (const uint8_t byte : bytes) wrong += byte == pattern(read++) ? 0 : 1;
    };
  }
};

constexpr uint64_t kLarge = 16 * 1024 * 1024;
constexpr uint32_t kWindow = 32 * 1024;

ProxyWorldSettings small_windows() {
  ProxyWorldSettings settings;
  settings.window_bytes = kWindow;
  settings.send_buffer_bytes = kWindow;
  return settings;
}

TEST(BodyPump, MovesALargeResponseThroughSmallWindowsInBoundedBuffers) {
  ProxyWorld world({}, small_windows());
  auto& client = world.connect();
  world.ask(client, get());
  auto& backend = world.accepted(8000);
  backend.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kLarge) + "\r\n\r\n");
  world.settle();
  EXPECT_EQ(body_of(client.take_received()), "");
  LargeBody body(kLarge);
  backend.send_from(body.source());
  client.receive_into(body.sink());
  world.settle();
  EXPECT_EQ(body.read, kLarge);
  EXPECT_EQ(body.wrong, 0u);
  EXPECT_LT(world.buffers_high_water(), 4 * kWindow / 1000u);
}

TEST(BodyPump, MovesALargeRequestThroughSmallWindowsInBoundedBuffers) {
  ProxyWorld world({}, small_windows());
  auto& client = world.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kLarge) +
              "\r\n\r\n");
  world.settle();
  auto& backend = world.accepted(8000);
  LargeBody body(kLarge);
  client.send_from(body.source());
  backend.receive_into(body.sink());
  world.settle();
  EXPECT_EQ(body.read, kLarge);
  EXPECT_EQ(body.wrong, 0u);
  EXPECT_LT(world.buffers_high_water(), 4 * kWindow / 1000u);
  backend.send(testing::ok());
  world.settle();
  EXPECT_EQ(client.received(), testing::ok());
}

TEST(BodyPump, HoldsTheBackendBackWhileTheClientTakesNothing) {
  ProxyWorld world({}, small_windows());
  auto& client = world.connect();
  world.ask(client, get());
  auto& backend = world.accepted(8000);
  backend.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
  world.settle();
  client.take_received();
  LargeBody body(1'000'000);
  client.receive_into(body.sink());
  client.stop_reading();
  backend.send_from(body.source());
  for (int pause = 0; pause < 10; ++pause) {
    const uint64_t read_before = body.read;
    world.run_for(Duration::from_s(10));
    EXPECT_EQ(body.read, read_before);
    // The proxy's two buffers and the client's window, above the backend's own send buffer.
    EXPECT_LE(body.written - body.read, 4 * kWindow + base::kSendBufferBytes);
    client.read_again();
    world.run_for(Duration::from_us(250));
    client.stop_reading();
  }
  client.read_again();
  world.settle();
  EXPECT_EQ(body.read, 1'000'000u);
  EXPECT_EQ(body.wrong, 0u);
}

std::string random_chunks(base::Random& random, std::string& payload) {
  std::string body;
  for (int i = 0; i < 200; ++i) {
    const size_t most = random.below(4) == 0 ? 9000 : 20;
    std::string chunk(1 + random.below(most), ' ');
    for (char& c : chunk) c = static_cast<char>('a' + random.below(26));
    char size[20];
    std::snprintf(size, sizeof size, random.below(2) == 0 ? "%zx" : "%zX", chunk.size());
    body += std::string(size) + (random.below(5) == 0 ? ";ext=1\r\n" : "\r\n") + chunk + "\r\n";
    payload += chunk;
  }
  return body + (random.below(2) == 0 ? "0\r\n\r\n" : "0\r\nTrailer: x\r\n\r\n");
}

TEST(BodyPump, ReframesChunksOfAnySizeToTheSamePayload) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    base::Random random(seed);
    std::string payload;
    const std::string chunks = random_chunks(random, payload);
    ProxyWorld world;
    auto& client = world.connect();
    world.ask(client, get());
    auto& backend = world.accepted(8000);
    backend.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < chunks.size();) {
      const size_t count = 1 + random.below(random.below(3) == 0 ? 20'000 : 50);
      backend.send(std::string_view(chunks).substr(at, count));
      at += count;
      world.run_for(Duration::from_us(200));
    }
    world.settle();
    ASSERT_TRUE(testing::unchunked(body_of(client.received())) == payload) << seed;
    EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 1u);
  }
}

TEST(BodyPump, SendsAChunkedRequestInChunks) {
  ProxyWorld world;
  base::Random random(7);
  std::string payload;
  const std::string chunks = random_chunks(random, payload);
  auto& client = world.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + get());
  world.settle();
  auto& backend = world.accepted(8000);
  EXPECT_EQ(testing::field_of(backend.received(), "Transfer-Encoding"), "chunked");
  EXPECT_TRUE(testing::unchunked(body_of(backend.take_received())) == payload);
  backend.send(testing::ok());
  world.settle();
  EXPECT_EQ(testing::status_of(backend.received()), "GET / HTTP/1.1");
}

TEST(BodyPump, PausesWhenThePoolIsExhaustedAndGoesOn) {
  ProxyWorldSettings settings;
  settings.proxy_pool = {.buffers = 511, .references = 511};
  settings.window_bytes = kWindow;
  ProxyWorld world({}, settings);
  std::string payload;
  base::Random random(3);
  const std::string chunks = random_chunks(random, payload);
  auto& client = world.connect();
  world.ask(client, get());
  std::vector<nic::Slice> hoard;
  for (uint32_t left = 511 - 9; left > 0; --left) {
    hoard.push_back(world.proxy_node().pool.allocate_slice());
  }
  world.accepted(8000).send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
  world.run_for(Duration::from_ms(500));
  EXPECT_TRUE(testing::unchunked(body_of(client.received())) != payload);
  hoard.clear();
  world.run_for(Duration::from_s(10));
  EXPECT_TRUE(testing::unchunked(body_of(client.received())) == payload);
}

// A body that waits for buffers has not been taken: its bytes must not be read as a request.
TEST(BodyPump, ThatCouldNotMoveABodyKeepsItFromBeingTakenForARequest) {
  ProxyWorld world;
  testing::PeerConnection& client = world.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600\r\n\r\n");
  world.settle();
  nic::PacketPool& pool = world.proxy_node().pool;
  nic::Slice source = testing::make_slice(pool, "x");
  std::vector<nic::Slice> hoard;
  while (nic::Slice reference = pool.share(source, 0, 1)) hoard.push_back(std::move(reference));
  std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(smuggled + std::string(600 - smuggled.size(), 'x') + get("/next"));
  world.run_for(base::Duration::from_ms(20));
  world.accepted(8000).send(ok("early"));
  world.run_for(base::Duration::from_ms(100));
  EXPECT_EQ(world.counters().requests.read(), 1u);
  EXPECT_TRUE(client.peer_closed());
}

}  // namespace
}  // namespace penstock::proxy
