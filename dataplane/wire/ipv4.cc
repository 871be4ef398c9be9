// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ipv4.h"

namespace penstock::wire {

base::Result<Ipv4Header, DropReason> parse_quoted_ipv4(base::ByteSpan quote) noexcept {
  if (quote.size() < kIpv4HeaderBytes || (quote[0] >> 4) != 4) {
    return base::Failure{DropReason::IcmpQuoteMalformed};
  }
  const Ipv4Header header = read_ipv4_fields(quote);
  if (header.header_bytes < kIpv4HeaderBytes || header.header_bytes > quote.size()) {
    return base::Failure{DropReason::IcmpQuoteMalformed};
  }
  return header;
}

}  // namespace penstock::wire
