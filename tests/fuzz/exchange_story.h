// SPDX-License-Identifier: Apache-2.0
//
// Clients, the proxy and two backends, of which a program says what the clients and backends do:
// send a part of a message (fragments.h), raw bytes or many of them, end, read no more, wait. Each
// deed is over before the next begins, so that it is known whose request a backend answers.
// Every request names its client and its number in its target, and every answer repeats it; raw
// bytes cannot. Invariants, checked at the end:
// (1) each backend got well-formed requests, the last of which may be unfinished;
// (2) each client got well-formed responses, no more than it had exchanges, with their status;
// (3) a response names no other client, and no request that was answered before;
// (4) with silent peers everything ends, and nothing is left of it.
#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/fuzz_program.h"
#include "tests/fuzz/strict_http.h"
#include "tests/support/proxy_world.h"

namespace penstock::fuzz {

class ExchangeStory {
 public:
  explicit ExchangeStory(FuzzProgram program);
  void run();

 private:
  enum class Pieces : uint8_t { One, Two };
  void step();
  void client_says(std::string text, Pieces pieces);
  void backend_says(std::string text, Pieces pieces);
  void client_does(uint8_t detail);
  void backend_does(uint8_t detail);
  void say(testing::PeerConnection& who, const std::string& text, Pieces pieces);

  testing::PeerConnection* client();
  std::vector<testing::PeerConnection*> backends();

  void check_end();
  void check_backends();
  void check_client(size_t index);

  FuzzProgram program_;
  uint8_t shape_;
  testing::ProxyWorld world_;
  std::vector<testing::PeerConnection*> clients_;
  size_t current_ = 0;     // who speaks
  uint8_t backend_ = 0;    // who answers
  unsigned requests_ = 0;  // named so far
};

}  // namespace penstock::fuzz
