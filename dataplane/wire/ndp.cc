// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ndp.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv6.h"

namespace penstock::wire {

namespace {

constexpr uint8_t kNeighborSolicitation = 135;
constexpr uint8_t kNeighborAdvertisement = 136;
constexpr uint8_t kSourceLinkLayerAddress = 1;
constexpr uint8_t kTargetLinkLayerAddress = 2;
constexpr size_t kBytesBeforeOptions = 24;
constexpr size_t kOptionUnitBytes = 8;

constexpr uint8_t kSolicitedFlag = 0x40;
constexpr uint8_t kOverrideFlag = 0x20;

uint8_t link_layer_option(NdpKind kind) noexcept {
  return kind == NdpKind::Solicitation ? kSourceLinkLayerAddress : kTargetLinkLayerAddress;
}

}  // namespace

base::Result<NdpMessage, DropReason> parse_ndp(base::ByteSpan bytes) noexcept {
  const auto malformed = base::Failure{DropReason::NdpMalformed};
  if (bytes.size() < kBytesBeforeOptions || bytes[1] != 0) return malformed;
  NdpMessage message;
  message.kind = bytes[0] == kNeighborSolicitation ? NdpKind::Solicitation : NdpKind::Advertisement;
  if (message.kind == NdpKind::Advertisement) {
    message.is_solicited = (bytes[4] & kSolicitedFlag) != 0;
    message.overrides = (bytes[4] & kOverrideFlag) != 0;
  }
  message.target = base::IpAddress::from_v6(load_be64(&bytes[8]), load_be64(&bytes[16]));
  if (is_illegal_source_v6(message.target) || message.target.is_unspecified()) return malformed;
  base::ByteSpan options = bytes.subspan(kBytesBeforeOptions);
  while (!options.empty()) {
    // RFC 4861 7.1.1: an option of length 0 discards the message.
    if (options.size() < kOptionUnitBytes || options[1] == 0) return malformed;
    const size_t length = options[1] * kOptionUnitBytes;
    if (length > options.size()) return malformed;
    if (options[0] == link_layer_option(message.kind) && length == kOptionUnitBytes) {
      base::MacAddress mac;
      std::copy_n(options.begin() + 2, 6, mac.octets.begin());
      // No station sends from a group address; believing one would turn unicast into a flood.
      if (mac.is_multicast()) return malformed;
      message.mac = mac;
    }
    options = options.subspan(length);
  }
  return message;
}

void emit_ndp(const NdpMessage& message, base::IpAddress source, base::IpAddress destination,
              base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= ndp_bytes(message));
  out = out.first(ndp_bytes(message));
  const bool solicits = message.kind == NdpKind::Solicitation;
  out[0] = solicits ? kNeighborSolicitation : kNeighborAdvertisement;
  out[1] = 0;
  store_be32(&out[2], 0);
  store_be16(&out[6], 0);
  if (message.is_solicited) out[4] |= kSolicitedFlag;
  if (message.overrides) out[4] |= kOverrideFlag;
  store_be64(&out[8], message.target.high());
  store_be64(&out[16], message.target.low());
  if (message.mac) {
    out[24] = link_layer_option(message.kind);
    out[25] = 1;
    std::copy_n(message.mac->octets.begin(), 6, out.begin() + 26);
  }
  Checksum checksum;
  checksum.add_pseudo_header(source, destination, kProtocolIcmpv6,
                             static_cast<uint32_t>(out.size()));
  checksum.add(out);
  store_be16(&out[2], checksum.complement());
}

}  // namespace penstock::wire
