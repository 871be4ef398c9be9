// SPDX-License-Identifier: Apache-2.0
//
// SimClient: the simulated clients of one host. Each conversation is one connection that follows
// its ConversationPlan, and judges what comes back: the right status, and every byte of the right
// body. What is not as it must be is kept as a complaint, in words. Single-threaded, in virtual
// time.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "dataplane/base/address.h"
#include "dataplane/base/time.h"
#include "tests/sim/http_reader.h"
#include "tests/sim/scenario.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {

class SimClient {
 public:
  // Whether Penstock may refuse a request because it has no source port left.
  enum class Ports : uint8_t { Plenty, Scarce };
  SimClient(const TcpNodeSettings& settings, base::Endpoint server, Scenario::Judgement judgement,
            Ports ports)
      : node_(settings),
        address_(settings.address.address),
        server_(server),
        judgement_(judgement),
        ports_(ports) {}
  ~SimClient();

  void converse(const ConversationPlan& plan, base::Instant now);
  // From here on every exchange must succeed, or may fail.
  void judge_as(Scenario::Judgement judgement) { judgement_ = judgement; }

  // Does what is due.
  void turn(base::Instant now);
  base::Instant next_deadline() const;

  TcpNode& node() noexcept { return node_; }
  base::IpAddress address() const noexcept { return address_; }
  bool is_done() const noexcept { return open_.empty(); }
  // Gives up every conversation that has not moved since: where connections may fail, the reset
  // that says so may be lost, and a client that only waits never learns. Elsewhere it is stuck.
  void give_up_since(base::Instant moved, base::Instant now);

  uint64_t answers() const noexcept { return answers_; }      // responses of any kind
  uint64_t successes() const noexcept { return successes_; }  // whole and as wanted
  uint64_t failures() const noexcept { return failures_; }    // tolerated
  uint64_t refusals() const noexcept { return refusals_; }    // for want of a source port
  uint64_t body_bytes() const noexcept { return body_bytes_; }
  const std::vector<std::string>& complaints() const noexcept { return complaints_; }
  // Whole answers of each backend, by its port.
  const std::map<std::string, uint64_t>& answers_by_backend() const { return by_backend_; }

 private:
  struct Conversation {
    tcp::Stream stream;
    ConversationPlan plan;
    Scenario::Judgement judgement = Scenario::Judgement::Strict;
    size_t asked = 0;
    size_t answered = 0;
    HttpReader reader{HttpReader::Kind::Responses};
    std::string output;
    uint64_t bytes_moved = 0;
    bool is_closing = false;
    bool is_closed = false;   // TCP says so
    bool is_refused = false;  // by an answer behind which Penstock closes
    base::Instant may_ask;
    base::Instant may_read;
    base::Instant may_write;
    base::Instant moved;  // when something last happened that brings it further
    base::Instant wakes = base::Instant::never();
  };

  void on_ready(const tcp::Ready& ready, base::Instant now);
  // Moves it as far as it goes; false when it is over.
  bool move(Conversation& conversation, base::Instant now);
  void read(Conversation& conversation, base::Instant now);
  void take_answers(Conversation& conversation, base::Instant now);
  void ask(Conversation& conversation, base::Instant now);
  void write(Conversation& conversation, base::Instant now);
  void close_when_done(Conversation& conversation);
  static bool wants_reset(const Conversation& conversation);
  static base::Instant next_wake(const Conversation& conversation, base::Instant now);

  void judge(Conversation& conversation, const HttpMessage& response);
  bool is_refusal(const HttpMessage& response) const;
  void judge_failure(const ExchangePlan& exchange, const HttpMessage& response);
  void judge_whole(const ExchangePlan& exchange, const HttpMessage& response);
  void judge_missing(const Conversation& conversation);
  void judge_stuck(const Conversation& conversation, base::Instant now);
  void complain(const ExchangePlan& exchange, const std::string& what);

  TcpNode node_;
  base::IpAddress address_;
  base::Endpoint server_;
  Scenario::Judgement judgement_;
  Ports ports_;
  std::map<uint32_t, Conversation> open_;
  std::vector<std::string> complaints_;
  std::map<std::string, uint64_t> by_backend_;
  uint64_t answers_ = 0;
  uint64_t successes_ = 0;
  uint64_t failures_ = 0;
  uint64_t refusals_ = 0;
  uint64_t body_bytes_ = 0;
  uint32_t next_ = 1;
};

}  // namespace penstock::testing
