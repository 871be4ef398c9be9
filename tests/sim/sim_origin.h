// SPDX-License-Identifier: Apache-2.0
//
// SimOrigin: simulated backends on one host, each a port of its own, that answer by path:
//   /bytes/N    N bytes by Content-Length        /chunked/N  N bytes in chunks
//   /close/N    N bytes until the stream closes  /die/N      half of N bytes, then a reset
//   /echo       the request's body               /quit       204, and the connection is closed
// Each response says in X-Backend which port answered.
// Single-threaded, in virtual time.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "dataplane/base/time.h"
#include "tests/sim/http_reader.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {

class SimOrigin {
 public:
  explicit SimOrigin(const TcpNodeSettings& settings) : node_(settings) {}
  ~SimOrigin();

  void listen(base::IpAddress address, uint16_t port);
  // Stops listening and resets every connection, like a process that was killed.
  void kill(base::IpAddress address, uint16_t port);

  void turn(base::Instant now);
  TcpNode& node() noexcept { return node_; }
  uint64_t requests(uint16_t port) const;
  uint32_t connections_open() const noexcept { return static_cast<uint32_t>(open_.size()); }

 private:
  enum class After : uint8_t { GoOn, Close, Reset };
  struct Connection {
    tcp::Stream stream;
    uint16_t port = 0;
    HttpReader reader{HttpReader::Kind::Requests};
    std::string output;
    After after = After::GoOn;
    bool is_closing = false;
  };

  void on_ready(const tcp::Ready& ready);
  void answer(Connection& connection, const HttpMessage& request);
  void pump(Connection& connection);

  TcpNode node_;
  std::map<uint32_t, Connection> open_;
  std::map<uint16_t, uint64_t> requests_;
  uint32_t next_ = 1;
};

}  // namespace penstock::testing
