// SPDX-License-Identifier: Apache-2.0
//
// Takes a request target apart. Authority-form is refused with its method, CONNECT.
// It decodes and normalizes nothing: that is normal_path.h.
// Called by request_parser.cc on the worker that owns the connection.
// RFC 9112 3.2.1-3.2.4, RFC 9110 4.2 (no user information).
#pragma once

#include "dataplane/base/bytes.h"
#include "dataplane/http/message.h"
#include "dataplane/http/reason.h"

namespace penstock::http::h1 {

struct RequestTarget {
  ReplyReason refusal = ReplyReason::None;
  TargetForm form = TargetForm::Origin;
  bool is_uri = true;  // see RequestHead::target_is_uri
  Text authority{};    // Absolute form only: the host without port ...
  Text host_value{};   // ... and with it.
  Text path{};
  Text query{};
};

// `target` is not empty.
RequestTarget parse_target(Method method, Text target, base::ByteSpan received) noexcept;

}  // namespace penstock::http::h1
