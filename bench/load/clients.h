// SPDX-License-Identifier: Apache-2.0
//
// Clients: all clients of a load: they open connections, send their request over and over, and
// check what comes back: the status, the whole head byte for byte (it must be like the first one,
// which was read with care), the body's length, and a sample of bodies byte for byte.
// Closed loop (rate 0): each connection sends again as soon as it was answered. Open loop: requests
// are due at a rate, and their time counts from when they were due, however late they could leave.
// Single-threaded; never waits.
// Invariant: a connection is exactly one of waiting for something, in ready_, or set aside (idle).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/load/frame.h"
#include "bench/load/histogram.h"
#include "bench/load/load_plan.h"
#include "bench/load/transport.h"

namespace penstock::load {

struct ClientResults {
  uint64_t requests = 0;  // answered rightly
  uint64_t failed = 0;    // another status or body, or cut
  uint64_t body_bytes = 0;
  uint64_t late = 0;  // open loop: due and not sent for want of a free connection
  uint64_t bodies_verified = 0;
  uint64_t other_heads = 0;  // right, but not like the first one to the letter
  uint64_t slow_bodies = 0;  // whole ones of slow clients
  std::string first_failure;
};

class Clients {
 public:
  Clients(const LoadPlan& plan, const Pattern& pattern, Outbox& outbox);

  // --- The wire.
  void on_frame(Bytes frame, uint64_t now_ns) noexcept;
  void end_burst(uint64_t now_ns) noexcept { transport_.end_burst(now_ns); }
  // Often.
  void on_time(uint64_t now_ns) noexcept;
  // Brings the state of the flow that a frame belongs to nearer.
  void prefetch(Bytes frame) const noexcept;

  // --- The load.
  // Opens what is to be open; is_warm() when all of it is and has been answered once.
  void open(uint64_t now_ns) noexcept;
  bool is_warm() const noexcept {
    return server_known_ && to_open_ == flows_.size() && opening_ == 0;
  }
  // `rate` in requests a second; 0: as fast as answers come. Results begin anew.
  void begin(double rate, uint64_t now_ns) noexcept;
  void end() noexcept { running_ = false; }
  const ClientResults& results() const noexcept { return results_; }
  const Histogram& latency() const noexcept { return latency_; }
  const TransportCounters& transport() const noexcept { return transport_.counters(); }

 private:
  enum class Role : uint8_t { Busy, Idle, Slow };
  enum class Read : uint8_t { More, Whole, Wrong };

  Role role_of(uint32_t index) const noexcept;
  uint32_t index_of(const Flow& flow) const noexcept {
    return static_cast<uint32_t>(&flow - flows_.data());
  }
  uint8_t message_of(uint32_t index) const noexcept { return role_of(index) == Role::Slow ? 1 : 0; }

  void ask_for_server(uint64_t now_ns) noexcept;
  void on_arp(const ArpFrame& arp) noexcept;
  void open_more(uint64_t now_ns) noexcept;
  void issue_due(uint64_t now_ns) noexcept;
  void issue(uint32_t index, uint64_t due_ns, uint64_t now_ns) noexcept;
  void connect(uint32_t index, uint64_t now_ns) noexcept;
  void send_request(Flow& flow, uint64_t now_ns) noexcept;
  void on_arrival(Flow& flow, const Transport::Arrival& arrival, uint64_t now_ns) noexcept;
  Read read(Flow& flow, Bytes text) noexcept;
  Read read_head(Flow& flow, Bytes& text) noexcept;
  bool learn_head(uint8_t message, const std::string& head) noexcept;
  void on_whole(Flow& flow, uint64_t now_ns) noexcept;
  void on_end(Flow& flow, uint64_t now_ns) noexcept;
  void next(Flow& flow, uint64_t now_ns) noexcept;
  void fail(Flow& flow, const char* why) noexcept;
  void feed_slow_readers(uint64_t now_ns) noexcept;
  void take_ports(uint32_t index) noexcept;
  uint32_t& owner_of(uint32_t address, uint16_t port) noexcept {
    return owners_[(address - plan_.clients.first) * 65'536 + port];
  }

  const LoadPlan& plan_;
  const Pattern& pattern_;
  Outbox& outbox_;
  Transport transport_;
  std::vector<Flow> flows_;
  struct Ports {
    uint32_t address = 0;
    uint16_t port = 0;
  };
  std::vector<Ports> ports_;      // of each flow, while it is in use
  std::vector<uint32_t> owners_;  // by address and port: the flow, or kNobody
  uint32_t next_address_ = 0;
  uint16_t next_port_ = 1024;

  bool server_known_ = false;
  Mac server_mac_{};
  uint64_t asked_ns_ = 0;
  std::vector<std::string> heads_;                          // by message: the first response's
  std::unordered_map<uint32_t, std::string> broken_heads_;  // heads that came in pieces, by flow

  bool running_ = false;
  double rate_ = 0;
  uint64_t began_ns_ = 0;
  uint64_t issued_ = 0;
  std::deque<uint32_t> ready_;  // open, or to be opened for one request, and free
  size_t to_open_ = 0;          // flows below have been opened once
  uint32_t opening_ = 0;        // of them, not answered yet
  uint32_t checked_ = 0;        // where the slow round over all flows stands
  uint64_t fed_ns_ = 0;
  ClientResults results_;
  Histogram latency_;
};

}  // namespace penstock::load
