// SPDX-License-Identifier: Apache-2.0
//
// PcapWriter: frames with virtual times, in a file that tcpdump and Wireshark read.
// Single-threaded.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "dataplane/base/bytes.h"
#include "dataplane/base/time.h"

namespace penstock::testing {

class PcapWriter {
 public:
  // A file that cannot be written is a failed CHECK.
  explicit PcapWriter(const std::string& path);
  void write(base::ByteSpan frame, base::Instant at);

 private:
  void put(uint32_t value);
  std::ofstream file_;
};

}  // namespace penstock::testing
