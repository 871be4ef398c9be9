// SPDX-License-Identifier: Apache-2.0
//
// ARP and ICMP at a host that also has something to send: the input is a program of frames,
// datagrams, time and scarcity (neighbor_story.h). No entry comes from an answer that nobody asked
// for, nobody is believed who had no right to speak, tables and queues stay within their bounds.
#include "tests/fuzz/neighbor_story.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::fuzz;
  if (size > 4096) return 0;
  NeighborStory(FuzzProgram({data, size})).run();
  return 0;
}
