// SPDX-License-Identifier: Apache-2.0
//
// ProxyWorld: the proxy on a TCP node of its own, and at the other end of a wire one node whose
// connections a test plays: clients that it opens, and backends that the proxy connects to.
// No worker, no faults but those that a test asks for: one precise behaviour at a time.
// Single-threaded, in virtual time. When it is destroyed, everybody leaves, and it expects that
// no buffer, connection or gauge is left behind.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/proxy/proxy.h"
#include "tests/support/peer_connection.h"
#include "tests/support/simulated_link.h"
#include "tests/support/snapshot_builder.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {

struct ProxyWorldSettings {
  proxy::ProxySettings proxy = {
      .downstreams_max = 64, .exchanges_max = 64, .backend_connections_max = 64};
  uint32_t connections_max = 1024;  // of the proxy's stack, and of its peers'
  uint32_t time_wait_max = 4096;
  nic::PacketPoolSizes proxy_pool = {.buffers = 4095, .references = 4095};
  // Lent to the proxy and to its peers, where they need none of their own.
  nic::PacketPool* proxy_lent_pool = nullptr;
  nic::PacketPool* peer_lent_pool = nullptr;
  uint32_t window_bytes = base::kReceiveWindowBytes;         // of the proxy and its peers
  uint32_t send_buffer_bytes = base::kSendBufferBytes;       // of the proxy
  std::vector<uint16_t> backend_ports = {8000, 8001, 8002};  // which listen
  // There is another worker, of which nothing is there but what it counts of pools.
  bool has_another_worker = false;
};

class ProxyWorld final : private proxy::AccessSink {
 public:
  explicit ProxyWorld(const SnapshotSpec& spec = {}, const ProxyWorldSettings& settings = {});
  ~ProxyWorld() override;

  // --- Time.
  void run_for(base::Duration time);
  // Until nothing is on its way and nobody has something to do within a tenth of a second.
  void settle();
  base::Instant now() const { return now_; }
  // What the proxy takes for the wall clock from now on, in seconds since the Unix epoch.
  void set_wall_clock(int64_t seconds) {
    wall_offset_.set(base::Duration::from_s(seconds).ns() - now_.ns());
  }

  // --- Clients and backends.
  PeerConnection& connect(uint16_t port = kProxyPort);
  // The connections that the proxy opened to a backend, in order.
  size_t accepted_count(uint16_t port) const;
  PeerConnection& accepted(uint16_t port, size_t index = 0);
  // From now on the backend answers every head that it receives with these bytes.
  void answer_with(uint16_t port, std::string response) { answers_[port] = std::move(response); }
  void stop_answering(uint16_t port) { answers_.erase(port); }
  // Heads that were answered so.
  const std::vector<std::string>& requests(uint16_t port) { return requests_[port]; }
  // The backend refuses connections; accepts them again; is silent, as if switched off.
  void stop_listening(uint16_t port);
  void listen(uint16_t port);
  void silence(uint16_t port) { silent_.insert(port); }
  void wake(uint16_t port) { silent_.erase(port); }
  // The next frame of so many bytes at least is lost on its way to it.
  void lose_one(uint16_t port, size_t bytes) { to_lose_ = {port, bytes}; }

  // Sends, settles, and takes what came back.
  std::string ask(PeerConnection& client, std::string_view request);

  // --- The proxy.
  proxy::Snapshot& publish(const SnapshotSpec& spec);
  proxy::Proxy& proxy() { return *proxy_; }
  void end_proxy() { proxy_.reset(); }
  TcpNode& proxy_node() { return proxy_node_; }
  const proxy::ProxyCounters& counters() const { return counters_; }
  uint64_t replies(http::ReplyReason reason) const {
    return counters_.replies_by_reason[static_cast<size_t>(reason)].read();
  }
  const upstream::BackendCounters& backend_counters(uint16_t port) const {
    return backend_counters_.at(port - kFirstBackendPort);
  }
  // Of all its listeners: they have one id here.
  const proxy::ListenerCounters& listener_counters() const { return listener_counters_[0]; }
  uint64_t listener_replies(http::ReplyReason reason) const {
    return listener_counters().replies_by_reason[static_cast<size_t>(reason)].read();
  }
  const upstream::PoolCounters& pool_counters(uint32_t pool = 0) const {
    return pool_counters_.at(pool);
  }
  upstream::PoolCounters& pool_counters_of_another(uint32_t pool = 0) {
    return pool_counters_of_another_.at(pool);
  }
  const std::vector<proxy::AccessRecord>& records() const { return records_; }
  // The most packet buffers that the proxy had in use after a turn.
  uint32_t buffers_high_water() const { return buffers_high_water_; }

 private:
  bool post(const proxy::AccessRecord& record) noexcept override;
  bool is_lost(base::ByteSpan frame) noexcept;
  TcpNodeSettings proxy_settings(const ProxyWorldSettings& settings) const;
  TcpNodeSettings peer_settings(const ProxyWorldSettings& settings) const;
  base::Instant next_event() const;
  void step(base::Instant then);
  void turn_proxy();
  void turn_peer();
  void answer(PeerConnection& connection);
  PeerConnection& adopt(tcp::Stream stream);
  void expect_nothing_left();

  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  TcpNode proxy_node_;
  TcpNode peer_node_;
  SimulatedLink link_;
  std::vector<std::unique_ptr<PeerConnection>> connections_;
  std::map<uint16_t, std::vector<PeerConnection*>> accepted_;
  std::map<uint16_t, std::string> answers_;
  std::map<uint16_t, std::vector<std::string>> requests_;
  std::set<uint16_t> silent_;
  std::pair<uint16_t, size_t> to_lose_;

  // Of the ids that a world has, and not of all that there may be: a world is made in no time, as
  // often as a fuzz target wants one. An id beyond these is found by AddressSanitizer.
  static constexpr uint32_t kBackendIds = 1024;
  static constexpr uint32_t kIds = 64;

  proxy::ProxyCounters counters_;
  std::vector<upstream::BackendCounters> backend_counters_ =
      std::vector<upstream::BackendCounters>(kBackendIds);
  std::vector<proxy::ListenerCounters> listener_counters_ =
      std::vector<proxy::ListenerCounters>(kIds);
  std::vector<upstream::PoolCounters> pool_counters_ = std::vector<upstream::PoolCounters>(kIds);
  std::vector<upstream::PoolCounters> pool_counters_of_another_ =
      std::vector<upstream::PoolCounters>(kIds);
  std::vector<const upstream::PoolCounters*> pools_of_workers_;
  std::vector<proxy::AccessRecord> records_;
  std::vector<std::unique_ptr<proxy::Snapshot>> snapshots_;
  uint32_t buffers_high_water_ = 0;
  base::WallOffset wall_offset_;
  base::TokenBuckets buckets_{{1, 2}, 1024};
  base::SharedCounts source_counts_{{1, 2}, 1024};
  std::unique_ptr<proxy::Proxy> proxy_;
};

}  // namespace penstock::testing
