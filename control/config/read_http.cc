// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_configuration.h"

namespace penstock::config {

namespace {

using model::Forwarding;
using model::Http;

Http read_http(Section section) {
  Http http;
  http.mode = section.choice("mode",
                             {{"monitor", Http::Mode::Monitor},
                              {"defensive", Http::Mode::Defensive},
                              {"strictest", Http::Mode::Strictest}},
                             http.mode);
  http.underscores = section.choice("underscores",
                                    {{"drop", Http::Underscores::Drop},
                                     {"refuse", Http::Underscores::Refuse},
                                     {"forward", Http::Underscores::Forward}},
                                    http.underscores);
  http.path = section.choice(
      "path", {{"normalized", Http::Path::Normalized}, {"received", Http::Path::Received}},
      http.path);
  http.duplicate_slashes = section.choice(
      "duplicate_slashes",
      {{"merge", Http::DuplicateSlashes::Merge}, {"keep", Http::DuplicateSlashes::Keep}},
      http.duplicate_slashes);
  http.encoded_slash = section.choice("encoded_slash",
                                      {{"keep", Http::EncodedSlash::Keep},
                                       {"refuse", Http::EncodedSlash::Refuse},
                                       {"decode", Http::EncodedSlash::Decode}},
                                      http.encoded_slash);
  section.finish();
  return http;
}

Forwarding read_forwarding(Section section) {
  Forwarding forwarding;
  forwarding.reason_field = section.choice(
      "reason_field",
      {{"send", Forwarding::ReasonField::Send}, {"omit", Forwarding::ReasonField::Omit}},
      forwarding.reason_field);
  forwarding.upgrade = section.choice("upgrade",
                                      {{"any", Forwarding::Upgrade::Any},
                                       {"websocket", Forwarding::Upgrade::WebSocket},
                                       {"never", Forwarding::Upgrade::Never}},
                                      forwarding.upgrade);
  forwarding.x_forwarded = section.choice("x_forwarded",
                                          {{"append", Forwarding::XForwarded::Append},
                                           {"replace", Forwarding::XForwarded::Replace},
                                           {"preserve", Forwarding::XForwarded::Preserve},
                                           {"remove", Forwarding::XForwarded::Remove}},
                                          forwarding.x_forwarded);
  forwarding.trusted_proxies = section.prefixes("trusted_proxies", Presence::Optional);
  const auto addition = [&](const char* key, const char* word, Forwarding::Addition otherwise) {
    return section.choice(
        key, {{"omit", Forwarding::Addition::Omit}, {word, Forwarding::Addition::Append}},
        otherwise);
  };
  forwarding.forwarded = addition("forwarded", "append", forwarding.forwarded);
  forwarding.via = addition("via", "append", forwarding.via);
  forwarding.via_name = section.text("via_name", forwarding.via_name);
  forwarding.request_id = addition("request_id", "add", forwarding.request_id);
  section.finish();
  return forwarding;
}

}  // namespace

void read_http(Section& top, model::Configuration& configuration) {
  if (auto section = top.section("http")) configuration.http = read_http(*section);
  if (auto section = top.section("forwarding")) {
    configuration.forwarding = read_forwarding(*section);
  }
}

}  // namespace penstock::config
