// SPDX-License-Identifier: Apache-2.0
//
// The protocol versions of a message that Penstock accepts. What it emits is always HTTP/1.1.
// Any thread. RFC 9110 2.5, RFC 9112 2.3.
#pragma once

#include <cstdint>

namespace penstock::http {

enum class Version : uint8_t { Http10, Http11 };

}  // namespace penstock::http
