// SPDX-License-Identifier: Apache-2.0
//
// What an onlooker reads of a frame: enough of Ethernet, IP and TCP to judge what hosts say to each
// other. It shares no code with the product, so that a mistake there is not made twice.
// Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"

namespace penstock::testing {

inline constexpr size_t kEthernetBytes = 14;

struct TcpView {
  struct Block {
    uint32_t left = 0;
    uint32_t right = 0;
  };
  struct Timestamps {
    uint32_t value = 0;
    uint32_t echo = 0;
  };

  base::Endpoint source;
  base::Endpoint destination;
  uint32_t sequence = 0;
  uint32_t acknowledgment = 0;
  bool fin = false;
  bool syn = false;
  bool rst = false;
  bool ack = false;
  uint16_t window = 0;  // as it stands there, not scaled
  std::optional<uint16_t> mss;
  std::optional<uint8_t> window_scale;
  bool sack_permitted = false;
  std::vector<Block> sack;
  std::optional<Timestamps> timestamps;
  base::ByteSpan payload;
};

enum class FrameKind : uint8_t { Neighbor, Tcp, OtherIp, Other };

bool is_ip_frame(base::ByteSpan frame);
// By its headers alone: ARP and neighbour discovery, TCP, the rest of IP, the rest.
FrameKind kind_of(base::ByteSpan frame);
base::MacAddress destination_of(base::ByteSpan frame);
// 0 without a tag.
uint16_t vlan_of(base::ByteSpan frame);
// nullopt unless it is TCP and every length and checksum in it is right.
std::optional<TcpView> view_tcp(base::ByteSpan frame);

}  // namespace penstock::testing
