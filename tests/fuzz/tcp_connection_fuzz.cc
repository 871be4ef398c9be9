// SPDX-License-Identifier: Apache-2.0
//
// A whole connection: the input is a program of segments, user calls, time and scarcity
// (tcp_conversation.h). Whatever it says, our side keeps to the protocol, delivers every byte once
// and in order, and comes to an end.
#include "tests/fuzz/tcp_conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::fuzz;
  if (size > 4096) return 0;
  TcpConversation(FuzzProgram({data, size})).run();
  return 0;
}
