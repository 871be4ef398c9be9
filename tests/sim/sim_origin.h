// SPDX-License-Identifier: Apache-2.0
//
// SimOrigin: one simulated backend on a host of its own. It answers as each request's target says
// (exchange_text.h), and checks that the request's body is what that exchange's client sent.
// It can be killed (its host answers with resets) or lose power (its host forgets everything).
// Single-threaded, in virtual time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/base/time.h"
#include "tests/sim/http_reader.h"
#include "tests/sim/scenario.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {

class SimOrigin {
 public:
  SimOrigin(const TcpNodeSettings& settings, base::Endpoint address);
  ~SimOrigin();

  // Stops listening and resets every connection, as the kernel does for a process that died.
  void kill(base::Instant now);
  // Everything is forgotten, and there is another port in the machine's place.
  void lose_power(base::Instant now);
  void start();
  bool is_running() const noexcept { return is_running_; }

  // Does what is due.
  void turn(base::Instant now);
  base::Instant next_deadline() const;

  TcpNode& node() noexcept { return *node_; }
  base::Endpoint address() const noexcept { return address_; }
  uint64_t requests() const noexcept { return requests_; }
  // How often each exchange's request has come whole.
  const std::map<uint32_t, uint32_t>& requests_by_exchange() const { return by_exchange_; }
  uint32_t connections_open() const noexcept { return static_cast<uint32_t>(open_.size()); }
  const std::vector<std::string>& complaints() const noexcept { return complaints_; }

 private:
  enum class After : uint8_t { GoOn, Close, Reset };
  struct Connection {
    tcp::Stream stream;
    HttpReader reader{HttpReader::Kind::Requests};
    std::deque<std::string> parts;  // of the answer, that wait for their time
    base::Duration pause;
    base::Instant next_part = base::Instant::never();
    std::string output;
    After after = After::GoOn;
    bool is_closing = false;
    bool is_closed = false;
    base::Instant wakes = base::Instant::never();
  };

  void on_ready(const tcp::Ready& ready, base::Instant now);
  // Moves it as far as it goes; false when it is over.
  bool move(Connection& connection, base::Instant now);
  void answer(Connection& connection, const HttpMessage& request, base::Instant now);
  void write(Connection& connection, base::Instant now);
  void forget_all();

  TcpNodeSettings settings_;
  base::Endpoint address_;
  std::unique_ptr<TcpNode> node_;
  bool is_running_ = false;
  std::map<uint32_t, Connection> open_;
  std::map<uint32_t, uint32_t> by_exchange_;
  uint64_t requests_ = 0;
  std::vector<std::string> complaints_;
  uint32_t next_ = 1;
};

}  // namespace penstock::testing
