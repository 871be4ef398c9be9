// SPDX-License-Identifier: Apache-2.0
//
// How many more intermediaries an OPTIONS or TRACE request may pass. Other methods may carry the
// field too; there it means nothing and travels on as it came.
// Any thread. RFC 9110 7.6.2.
#pragma once

#include <cstdint>

#include "dataplane/base/bytes.h"
#include "dataplane/http/message.h"

namespace penstock::http {

struct MaxForwards {
  enum class Kind : uint8_t {
    Unlimited,  // the field is absent, or means nothing
    Limited,    // the next recipient is told `left`
    Reached,    // the request goes no further than to us
    Invalid,    // no decimal number, or more than one field
  };
  Kind kind = Kind::Unlimited;
  uint32_t left = 0;
};

// A number beyond 32 bits is the largest that we know, as the RFC allows.
MaxForwards max_forwards(const RequestHead& head, base::ByteSpan bytes) noexcept;

}  // namespace penstock::http
