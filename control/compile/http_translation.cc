// SPDX-License-Identifier: Apache-2.0
#include "control/compile/http_translation.h"

namespace penstock::compile {
namespace {

http::Mode translate(model::Http::Mode mode) {
  switch (mode) {
    case model::Http::Mode::Monitor:
      return http::Mode::Monitor;
    case model::Http::Mode::Strictest:
      return http::Mode::Strictest;
    case model::Http::Mode::Defensive:
      break;
  }
  return http::Mode::Defensive;
}

http::Underscores translate(model::Http::Underscores underscores) {
  switch (underscores) {
    case model::Http::Underscores::Refuse:
      return http::Underscores::Refuse;
    case model::Http::Underscores::Forward:
      return http::Underscores::Forward;
    case model::Http::Underscores::Drop:
      break;
  }
  return http::Underscores::Drop;
}

http::EncodedSlash translate(model::Http::EncodedSlash encoded_slash) {
  switch (encoded_slash) {
    case model::Http::EncodedSlash::Refuse:
      return http::EncodedSlash::Refuse;
    case model::Http::EncodedSlash::Decode:
      return http::EncodedSlash::Decode;
    case model::Http::EncodedSlash::Keep:
      break;
  }
  return http::EncodedSlash::Keep;
}

http::XForwarded translate(model::Forwarding::XForwarded x_forwarded) {
  switch (x_forwarded) {
    case model::Forwarding::XForwarded::Replace:
      return http::XForwarded::Replace;
    case model::Forwarding::XForwarded::Preserve:
      return http::XForwarded::Preserve;
    case model::Forwarding::XForwarded::Remove:
      return http::XForwarded::Remove;
    case model::Forwarding::XForwarded::Append:
      break;
  }
  return http::XForwarded::Append;
}

http::Addition translate(model::Forwarding::Addition addition) {
  return addition == model::Forwarding::Addition::Append ? http::Addition::Append
                                                         : http::Addition::Omit;
}

}  // namespace

http::ForwardingPolicy translate(const model::Forwarding& wanted) {
  http::ForwardingPolicy policy;
  policy.x_forwarded = translate(wanted.x_forwarded);
  policy.forwarded = translate(wanted.forwarded);
  policy.via = translate(wanted.via);
  policy.via_name = wanted.via_name;
  policy.request_id = translate(wanted.request_id);
  policy.trusted_proxies = base::PrefixSet(wanted.trusted_proxies);
  return policy;
}

http::RequestPolicy translate(const model::Http& wanted) {
  http::RequestPolicy policy;
  policy.mode = translate(wanted.mode);
  policy.underscores = translate(wanted.underscores);
  policy.sent_path = wanted.path == model::Http::Path::Normalized ? http::SentPath::Normalized
                                                                  : http::SentPath::Received;
  policy.path.duplicate_slashes = wanted.duplicate_slashes == model::Http::DuplicateSlashes::Merge
                                      ? http::DuplicateSlashes::Merge
                                      : http::DuplicateSlashes::Keep;
  policy.path.encoded_slash = translate(wanted.encoded_slash);
  return policy;
}

}  // namespace penstock::compile
