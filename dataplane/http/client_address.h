// SPDX-License-Identifier: Apache-2.0
//
// Who a request is from, when it came through proxies that may speak for their clients: the address
// that a trusted peer names in X-Forwarded-For, as far back as trust reaches.
// It takes nobody's word but theirs: what a client writes there itself lies behind an address that
// is not trusted, and is not looked at.
// Called by the proxy, once per head, and by `penstock explain`. Nothing allocates.
#pragma once

#include <optional>
#include <string_view>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/prefix_set.h"
#include "dataplane/http/headers.h"

namespace penstock::http {

enum class Trust : uint8_t { Untrusted, Trusted };

Trust trust_in(base::IpAddress address, const base::PrefixSet& trusted) noexcept;

// An element of X-Forwarded-For: an address, perhaps with a port, an IPv6 one perhaps in brackets.
std::optional<base::IpAddress> parse_forwarded_for(std::string_view element) noexcept;

// `peer` is who opened the connection, or whom a PROXY protocol header named. Unless it is trusted,
// it is the client. Else the client is the last address in X-Forwarded-For that is not trusted;
// where an element is no address, or there are no more, the trusted one in front of that.
base::IpAddress client_address(base::IpAddress peer, const FieldTable& fields, base::ByteSpan head,
                               const base::PrefixSet& trusted) noexcept;

}  // namespace penstock::http
