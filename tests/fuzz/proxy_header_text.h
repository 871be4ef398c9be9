// SPDX-License-Identifier: Apache-2.0
//
// PROXY protocol headers, written and read without the product's own code, so that a mistake there
// is not made twice. What is read is what the product takes, and more.
// "The PROXY protocol", versions 1 and 2, of HAProxy's documentation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dataplane/base/address.h"

namespace penstock::fuzz {

struct ConnectionEnds {
  base::Endpoint client;
  base::Endpoint server;
  bool operator==(const ConnectionEnds&) const noexcept = default;
};

std::string written_v1(const ConnectionEnds& ends);
// `extra` stands behind the addresses, as extensions do.
std::string written_v2(const ConnectionEnds& ends, std::string_view extra = {});
inline constexpr std::string_view kUnknownV1 = "PROXY UNKNOWN\r\n";
std::string local_v2();

struct ReadHeader {
  bool is_there = false;  // else it is unfinished, or none
  size_t bytes = 0;
  std::optional<ConnectionEnds> ends;  // nothing: the connection speaks for itself
};
ReadHeader read_proxy_header(std::string_view stream);

}  // namespace penstock::fuzz
