// SPDX-License-Identifier: Apache-2.0
//
// Whole exchanges between a fuzzed client and a fuzzed origin: the input is a program of what they
// say, how they end and when (exchange_story.h). Whatever it says, what reaches an origin is
// well-formed, every response is the answer to a request of whom it goes to, and all of it ends.
#include "tests/fuzz/exchange_story.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::fuzz;
  if (size > 512) return 0;
  ExchangeStory(FuzzProgram({data, size})).run();
  return 0;
}
