// SPDX-License-Identifier: Apache-2.0
//
// A response that Penstock makes itself, head and body, in no version's syntax.
// Filled by the proxy, read by codec.h and the writers below it, within one call: the texts are
// views of what the proxy holds.
#pragma once

#include <cstdint>
#include <string_view>

#include "dataplane/http/http_version.h"
#include "dataplane/http/method.h"
#include "dataplane/http/reason.h"
#include "dataplane/http/semantics.h"

namespace penstock::http {

enum class ReasonField : uint8_t { Show, Hide };

struct LocalReply {
  uint16_t status = 0;
  ReplyReason reason = ReplyReason::None;
  std::string_view content_type = {};  // Omitted when empty.
  std::string_view body = {};
  std::string_view location = {};    // Omitted when empty.
  std::string_view date = {};        // IMF-fixdate; omitted when empty.
  std::string_view request_id = {};  // Omitted when empty.
  uint32_t retry_after_s = 0;        // Omitted when zero.
  ReasonField reason_field = ReasonField::Show;
  // Of the request answered; a request that could not be parsed is Other.
  Method request_method = Method::Other;
  Version client_version = Version::Http11;
  Persistence persistence = Persistence::Close;
};

}  // namespace penstock::http
