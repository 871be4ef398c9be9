// SPDX-License-Identifier: Apache-2.0
//
// Receive-side scaling as a NIC does it: the Toeplitz hash of a segment's addresses and ports under
// a key, and a redirection table that makes a queue of it.
// The hash is linear, so that it is looked up byte by byte, and a changed local port costs two
// loads. Where key and table come from is steering's and dpdk_port's to know.
// Pure after construction; any thread.
// Microsoft, "RSS hashing functions" (NdisHashFunctionToeplitz; TCP over IPv4 and IPv6).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/base/address.h"

namespace penstock::nic {

// Bytes of a key that TCP over IPv6 needs: 36 of input and 32 bits more. Longer keys (52 bytes)
// have bytes that no flow of ours reaches.
inline constexpr size_t kRssKeyBytes = 40;

class Toeplitz {
 public:
  // At least kRssKeyBytes.
  explicit Toeplitz(std::span<const uint8_t> key) noexcept;

  uint32_t hash(const base::Endpoint& source, const base::Endpoint& destination) const noexcept {
    return partial_hash(source, destination.address) ^
           port_hash(destination.address, destination.port);
  }
  // The hash of all but the destination's port, and that port's part of it: xor makes them whole.
  uint32_t partial_hash(const base::Endpoint& source, base::IpAddress destination) const noexcept;
  uint32_t port_hash(base::IpAddress destination, uint16_t port) const noexcept {
    const size_t at = destination.is_v4() ? 10 : 34;
    return table_[at][port >> 8] ^ table_[at + 1][port & 0xff];
  }

 private:
  static constexpr size_t kInputBytes = 36;

  uint32_t hash_word(size_t at, uint32_t word) const noexcept {
    return table_[at][word >> 24] ^ table_[at + 1][word >> 16 & 0xff] ^
           table_[at + 2][word >> 8 & 0xff] ^ table_[at + 3][word & 0xff];
  }
  uint32_t hash_address(size_t at, base::IpAddress address) const noexcept;

  // By position and value of a byte of the input.
  std::array<std::array<uint32_t, 256>, kInputBytes> table_;
};

// Queues by the low bits of the hash; a power of two of them.
class RedirectionTable {
 public:
  explicit RedirectionTable(std::vector<uint16_t> queues);
  uint16_t queue_of(uint32_t hash) const noexcept { return queues_[hash & mask_]; }

 private:
  std::vector<uint16_t> queues_;
  uint32_t mask_;
};

}  // namespace penstock::nic
