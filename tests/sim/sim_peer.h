// SPDX-License-Identifier: Apache-2.0
//
// SimPeer: what a simulated client and a simulated backend have in common: a host with our own TCP,
// moved only when something is due, and the moving of bytes in and out of a stream.
// Single-threaded, in virtual time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/slice.h"
#include "dataplane/tcp/stream.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {

inline bool is_due(const TcpNode& node, base::Instant now) {
  return node.port.arriving_count() > 0 || node.next_deadline() <= now;
}

// For those below, where all there is may be moved.
constexpr size_t kNoBound = std::numeric_limits<size_t>::max();

// At most so many of the bytes that have arrived.
inline std::string take_received(tcp::Stream stream, size_t most) {
  std::string bytes;
  stream.received().for_each([&](base::ByteSpan part) {
    const size_t count = std::min(part.size(), most - bytes.size());
    bytes.append(reinterpret_cast<const char*>(part.data()), count);
    return bytes.size() < most;
  });
  if (bytes.empty()) return bytes;
  stream.received().trim_front(static_cast<uint32_t>(bytes.size()));
  stream.consumed();
  return bytes;
}

// Writes the beginning of `output`, as much as the stream takes now but not more than `most`, and
// leaves the rest there; how much it was.
inline size_t write_some(tcp::Stream stream, std::string& output, size_t most,
                         nic::PacketPool& pool) {
  size_t written = 0;
  const size_t wanted = std::min(most, output.size());
  while (written < wanted && stream.write_space() > 0) {
    nic::Slice slice = pool.allocate_slice();
    if (!slice) break;
    const base::MutableByteSpan room = slice.room();
    const size_t count = std::min(room.size(), wanted - written);
    std::copy_n(output.begin() + static_cast<ptrdiff_t>(written), count, room.begin());
    slice.commit(static_cast<uint32_t>(count));
    stream.write(std::move(slice));
    written += count;
  }
  output.erase(0, written);
  return written;
}

}  // namespace penstock::testing
