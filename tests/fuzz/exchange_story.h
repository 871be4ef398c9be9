// SPDX-License-Identifier: Apache-2.0
//
// Clients, the proxy and two backends, of which a program says how the proxy is configured
// (exchange_shape.h) and what the clients and backends do: send a part of a message (fragments.h),
// raw bytes or many of them, end, read no more, wait. Each deed is over before the next begins, so
// that it is known whose request a backend answers. Where clients are to say who they are, the
// first thing that one says is a PROXY header, right or wrong.
// Every request names its client and its number in its target, and every answer repeats it; raw
// bytes cannot. Invariants, checked at the end: those of exchange_witness.h; and with silent peers
// everything ends, and nothing is left of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/fuzz/exchange_shape.h"
#include "tests/fuzz/exchange_witness.h"
#include "tests/fuzz/fuzz_program.h"
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
  void say(Transcript& who, const std::string& text, Pieces pieces);

  Transcript* client();
  void connect();
  void introduce(Transcript& who);
  std::vector<Transcript*> open_backends();
  std::vector<Transcript>& accepted();
  void check_end();

  FuzzProgram program_;
  ExchangeShape shape_;
  testing::ProxyWorld world_;
  std::vector<Transcript> clients_;
  std::vector<Transcript> backends_;
  size_t current_ = 0;     // who speaks
  uint8_t backend_ = 0;    // who answers
  unsigned requests_ = 0;  // named so far
};

}  // namespace penstock::fuzz
