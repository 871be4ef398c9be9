// SPDX-License-Identifier: Apache-2.0
//
// InProcessWire: a Port of the product whose other end is the load generator in the same process:
// no device, no kernel, no time of its own. Frames are copied both ways, so that neither side sees
// the other's buffers. It claims what a NIC offloads, and the generator checks no TCP checksums.
// Single-threaded.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/load/frame.h"
#include "bench/load/outbox.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/port.h"

namespace penstock::load {

class InProcessWire final : public nic::Port, public Outbox {
 public:
  InProcessWire(std::string_view name, base::MacAddress mac, nic::PacketPool& pool)
      : name_(name), mac_(mac), pool_(pool), to_worker_(kFramesMax), from_worker_(kFramesMax) {}

  // --- The product's side.
  // Calls, wherever the compiler finds out what a Port is: callgrind leaves them out by name.
  [[gnu::noinline]] uint32_t receive(uint16_t queue,
                                     std::span<nic::Packet> packets) noexcept override;
  [[gnu::noinline]] uint32_t transmit(uint16_t queue,
                                      std::span<nic::Packet> packets) noexcept override;
  nic::PortFeatures features() const noexcept override {
    return {.ipv4_checksum = false, .tcp_checksum = true, .multi_segment = true};
  }
  base::MacAddress mac() const noexcept override { return mac_; }
  uint16_t mtu() const noexcept override { return 1500; }
  std::string_view name() const noexcept override { return name_; }

  // --- The generator's side.
  uint8_t* begin() noexcept override;
  void commit(uint32_t bytes) noexcept override;
  // Calls take(Bytes) for each frame that the worker has sent.
  template <class Take>
  void drain(Take&& take) {
    for (size_t i = 0; i < from_count_; ++i) {
      take(Bytes(from_worker_[i].bytes.data(), from_worker_[i].size));
    }
    from_count_ = 0;
  }
  // Of the time-stamp counter, spent in receive() and transmit().
  uint64_t cycles() const noexcept { return cycles_; }

 private:
  static constexpr size_t kFramesMax = 8192;
  struct Frame {
    uint32_t size = 0;
    std::array<uint8_t, kFrameBytesMax + 64> bytes;
  };

  std::string_view name_;
  base::MacAddress mac_;
  nic::PacketPool& pool_;
  std::vector<Frame> to_worker_;
  size_t to_count_ = 0;
  size_t to_taken_ = 0;
  std::vector<Frame> from_worker_;
  size_t from_count_ = 0;
  uint64_t cycles_ = 0;
};

}  // namespace penstock::load
