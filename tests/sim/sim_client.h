// SPDX-License-Identifier: Apache-2.0
//
// SimClient: simulated clients on one host. Each conversation is one connection with a list of
// requests, sent one after the other or all at once, and what must come back.
// A response that is not what was expected is kept as a complaint, in words.
// Single-threaded, in virtual time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dataplane/base/address.h"
#include "dataplane/base/time.h"
#include "tests/sim/http_reader.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {

struct SimRequest {
  enum class Body : uint8_t { None, Length, Chunked };
  std::string method = "GET";
  std::string target;
  Body body_kind = Body::None;
  size_t body_bytes = 0;
  // What must come back. A response may be cut short where its backend dies on purpose: then what
  // came must be the body's beginning, or the status 502.
  enum class Answer : uint8_t { Whole, MayBeCutShort };
  Answer answer = Answer::Whole;
  uint16_t status = 200;
  size_t answer_bytes = 0;
};

enum class Pace : uint8_t { OneByOne, Pipelined };

class SimClient {
 public:
  SimClient(const TcpNodeSettings& settings, base::Endpoint server)
      : node_(settings), server_(server) {}
  ~SimClient();

  void converse(std::vector<SimRequest> requests, Pace pace, base::Instant now);
  void turn(base::Instant now);

  TcpNode& node() noexcept { return node_; }
  bool is_done() const noexcept { return open_.empty(); }
  uint64_t answers() const noexcept { return answers_; }
  const std::vector<std::string>& complaints() const noexcept { return complaints_; }
  // Whole answers of each backend, by its port.
  const std::map<std::string, uint64_t>& answers_by_backend() const { return by_backend_; }

 private:
  struct Conversation {
    tcp::Stream stream;
    std::vector<SimRequest> requests;
    Pace pace = Pace::OneByOne;
    size_t sent = 0;
    size_t answered = 0;
    HttpReader reader{HttpReader::Kind::Responses};
    std::string output;
    bool is_closing = false;
  };

  void on_ready(const tcp::Ready& ready);
  void send_requests(Conversation& conversation);
  void judge(const SimRequest& request, const HttpMessage& response);
  void complain(const SimRequest& request, const std::string& what);

  TcpNode node_;
  base::Endpoint server_;
  std::map<uint32_t, Conversation> open_;
  std::vector<std::string> complaints_;
  std::map<std::string, uint64_t> by_backend_;
  uint64_t answers_ = 0;
  uint32_t next_ = 1;
};

}  // namespace penstock::testing
