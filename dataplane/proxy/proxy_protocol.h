// SPDX-License-Identifier: Apache-2.0
//
// The header by which one proxy tells the next of the client whose connection it carries: read at
// the beginning of a client's connection, versions 1 and 2, and written to a backend's.
// It keeps no bytes and trusts nobody: whether a header is wanted is the listener's to say.
// Called by the conductor on the worker that owns the connection.
// Invariants: (1) the answer does not depend on how the bytes were split; (2) what does not begin
// like a header is refused at its first wrong byte; (3) a version 2 header of more than
// base::kProxyHeaderBytesMax is refused, extensions (TLVs) within are skipped.
// "The PROXY protocol", versions 1 and 2, of HAProxy's documentation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"

namespace penstock::proxy {

struct ClientEndpoints {
  base::Endpoint client;  // who connected to the first proxy
  base::Endpoint server;  // and to which of its addresses
  bool operator==(const ClientEndpoints&) const noexcept = default;
};

struct ProxyHeaderStep {
  enum class State : uint8_t { NeedMore, Complete, Error };
  State state = State::NeedMore;
  uint32_t bytes = 0;  // Complete: the header's length
  // Nothing: the connection speaks for itself (UNKNOWN, LOCAL, or not TCP over IP).
  std::optional<ClientEndpoints> endpoints;
};

// `received` are the connection's first bytes.
ProxyHeaderStep parse_proxy_header(base::ByteSpan received) noexcept;

enum class ProxyHeaderVersion : uint8_t { V1, V2 };
// "PROXY TCP6 ffff:...:ffff ffff:...:ffff 65535 65535\r\n" has this many bytes, and is the longest.
inline constexpr size_t kProxyHeaderWrittenMax = 107;
// Writes the header and returns its length.
size_t emit_proxy_header(ProxyHeaderVersion version, const ClientEndpoints& endpoints,
                         std::array<char, kProxyHeaderWrittenMax>& room) noexcept;

}  // namespace penstock::proxy
