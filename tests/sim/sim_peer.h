// SPDX-License-Identifier: Apache-2.0
//
// What a simulated client and a simulated origin have in common: a stream with bytes that wait to
// be written, and bodies whose every byte is known from their length.
// Single-threaded, in virtual time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/slice.h"
#include "dataplane/tcp/stream.h"

namespace penstock::testing {

// A body of `bytes` bytes. Bodies of different lengths differ almost everywhere, and no part
// repeats at the distance of a segment, so that what is shifted, swapped or mixed up shows.
inline std::string patterned_body(size_t bytes) {
  std::string body(bytes, '\0');
  uint32_t state = static_cast<uint32_t>(bytes) * 2654435761u + 1;
  for (char& each : body) {
    state = state * 1664525u + 1013904223u;
    each = static_cast<char>('a' + (state >> 24) % 26);
  }
  return body;
}

inline std::string take_received(tcp::Stream stream) {
  std::string bytes;
  stream.received().for_each([&](base::ByteSpan part) {
    bytes.append(reinterpret_cast<const char*>(part.data()), part.size());
    return true;
  });
  stream.received().clear();
  stream.consumed();
  return bytes;
}

// Writes what the stream takes now and leaves the rest in `output`.
inline void write_some(tcp::Stream stream, std::string& output, nic::PacketPool& pool) {
  size_t written = 0;
  while (written < output.size() && stream.write_space() > 0) {
    nic::Slice slice = pool.allocate_slice();
    if (!slice) break;
    const base::MutableByteSpan room = slice.room();
    const size_t count = std::min(room.size(), output.size() - written);
    std::copy_n(output.begin() + static_cast<ptrdiff_t>(written), count, room.begin());
    slice.commit(static_cast<uint32_t>(count));
    stream.write(std::move(slice));
    written += count;
  }
  output.erase(0, written);
}

}  // namespace penstock::testing
