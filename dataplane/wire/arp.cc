// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/arp.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"

namespace penstock::wire {

namespace {

constexpr uint16_t kHardwareEthernet = 1;
constexpr uint16_t kProtocolIpv4 = 0x0800;
constexpr uint16_t kAddressLengths = 0x0604;  // six bytes of MAC, four of IPv4

}  // namespace

base::Result<ArpMessage, DropReason> parse_arp(base::ByteSpan bytes) noexcept {
  if (bytes.size() < kArpBytes) return base::Failure{DropReason::ArpMalformed};
  const uint16_t operation = load_be16(&bytes[6]);
  if (load_be16(&bytes[0]) != kHardwareEthernet || load_be16(&bytes[2]) != kProtocolIpv4 ||
      load_be16(&bytes[4]) != kAddressLengths || (operation != 1 && operation != 2)) {
    return base::Failure{DropReason::ArpMalformed};
  }
  ArpMessage message;
  message.operation = static_cast<ArpOperation>(operation);
  std::copy_n(bytes.begin() + 8, 6, message.sender_mac.octets.begin());
  message.sender_ip = base::IpAddress::from_v4(load_be32(&bytes[14]));
  std::copy_n(bytes.begin() + 18, 6, message.target_mac.octets.begin());
  message.target_ip = base::IpAddress::from_v4(load_be32(&bytes[24]));
  // No station sends from a group address; believing one would turn unicast into a flood.
  if (message.sender_mac.is_multicast()) return base::Failure{DropReason::ArpMalformed};
  return message;
}

void emit_arp(const ArpMessage& message, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= kArpBytes);
  store_be16(&out[0], kHardwareEthernet);
  store_be16(&out[2], kProtocolIpv4);
  store_be16(&out[4], kAddressLengths);
  store_be16(&out[6], static_cast<uint16_t>(message.operation));
  std::copy_n(message.sender_mac.octets.begin(), 6, out.begin() + 8);
  store_be32(&out[14], message.sender_ip.v4());
  std::copy_n(message.target_mac.octets.begin(), 6, out.begin() + 18);
  store_be32(&out[24], message.target_ip.v4());
}

}  // namespace penstock::wire
