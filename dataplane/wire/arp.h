// SPDX-License-Identifier: Apache-2.0
//
// An ARP message for IPv4 over Ethernet, the only kind there is here. What a message means for the
// neighbour table is decided in net/neighbor.h.
// Any thread. Every refusal is a DropReason.
// RFC 826; RFC 5227 (probes carry sender address 0.0.0.0).
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

inline constexpr uint32_t kArpBytes = 28;

enum class ArpOperation : uint16_t { Request = 1, Reply = 2 };

struct ArpMessage {
  ArpOperation operation = ArpOperation::Request;
  base::MacAddress sender_mac = {};
  base::IpAddress sender_ip = {};
  base::MacAddress target_mac = {};
  base::IpAddress target_ip = {};
};

base::Result<ArpMessage, DropReason> parse_arp(base::ByteSpan bytes) noexcept;
// Writes kArpBytes.
void emit_arp(const ArpMessage& message, base::MutableByteSpan out) noexcept;

}  // namespace penstock::wire
