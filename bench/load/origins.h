// SPDX-License-Identifier: Apache-2.0
//
// Origins: all backends of a load: they accept, read requests to their end, and answer each with
// the response that belongs to it. A request must begin with a request line that the clients send
// and carry a body of the length and, in a sample, of the bytes that they send; what is anything
// else is counted and its connection reset, which the client sees as a failure.
// Single-threaded; never waits.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/load/frame.h"
#include "bench/load/load_plan.h"
#include "bench/load/transport.h"
#include "dataplane/base/flow_map.h"

namespace penstock::load {

class Origins {
 public:
  Origins(const LoadPlan& plan, const Pattern& pattern, Outbox& outbox);

  void on_frame(Bytes frame, uint64_t now_ns) noexcept;
  void end_burst(uint64_t now_ns) noexcept { transport_.end_burst(now_ns); }
  void on_time(uint64_t now_ns) noexcept;
  void prefetch(Bytes frame) const noexcept;

  uint64_t requests() const noexcept { return requests_; }
  uint64_t wrong_requests() const noexcept { return wrong_requests_; }
  uint64_t connections() const noexcept { return connections_; }  // ever accepted
  const TransportCounters& transport() const noexcept { return transport_.counters(); }

 private:
  // Connections of Penstock that may be open at once, those in their last moments included.
  static constexpr uint32_t kFlowsMax = 1u << 18;

  struct Key {
    uint32_t own = 0;
    uint32_t peer = 0;
    uint16_t peer_port = 0;
    bool operator==(const Key&) const noexcept = default;
  };
  enum class Read : uint8_t { More, Whole, Wrong };

  static uint32_t hash_of(const Key& key) noexcept;
  uint32_t find(const Key& key, uint32_t hash) const noexcept;
  void on_arp(const ArpFrame& arp) noexcept;
  void accept(const TcpFrame& syn, const Key& key, uint32_t hash, uint64_t now_ns) noexcept;
  void forget(uint32_t index) noexcept;
  void on_arrival(uint32_t index, const Transport::Arrival& arrival, uint64_t now_ns) noexcept;
  Read read(Flow& flow, Bytes text) noexcept;
  Read begin_request(Flow& flow, Bytes& text) noexcept;
  int message_of(Bytes head) const noexcept;

  const LoadPlan& plan_;
  const Pattern& pattern_;
  Outbox& outbox_;
  Transport transport_;
  std::vector<std::string> request_lines_;  // by message
  std::vector<Flow> flows_;
  std::vector<Key> keys_;
  std::vector<uint32_t> free_;
  base::FlowMap map_;
  std::unordered_map<uint32_t, std::string> broken_heads_;  // heads that came in pieces
  uint32_t checked_ = 0;
  uint64_t requests_ = 0;
  uint64_t wrong_requests_ = 0;
  uint64_t connections_ = 0;
};

}  // namespace penstock::load
