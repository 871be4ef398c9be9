// SPDX-License-Identifier: Apache-2.0
#include "bench/load/load_message.h"

namespace penstock::load {

Pattern::Pattern() : bytes_(kPeriod + kFrameBytesMax) {
  uint32_t state = 1;
  for (uint32_t i = 0; i < kPeriod; ++i) {
    state = state * 1664525u + 1013904223u;
    bytes_[i] = static_cast<uint8_t>('a' + (state >> 24) % 26);
  }
  for (size_t i = kPeriod; i < bytes_.size(); ++i) bytes_[i] = bytes_[i - kPeriod];
}

}  // namespace penstock::load
