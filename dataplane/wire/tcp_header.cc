// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/tcp_header.h"

#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::wire {

bool tcp_checksum_good(base::IpAddress source, base::IpAddress destination,
                       base::ByteSpan segment) noexcept {
  Checksum checksum;
  checksum.add_pseudo_header(source, destination, kProtocolTcp,
                             static_cast<uint32_t>(segment.size()));
  checksum.add(segment);
  return checksum.complement() == 0;
}

}  // namespace penstock::wire
