// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "control/model/validate_parts.h"

namespace penstock::model {

void validate_http(const Configuration& configuration, Findings& findings) {
  const Forwarding& forwarding = configuration.forwarding;
  const size_t proxies = forwarding.trusted_proxies.size();
  if (proxies > base::kTrustedProxiesMax) {
    findings.add("forwarding.trusted_proxies", std::to_string(proxies) +
                                                   " networks are too many; accepted: at most " +
                                                   std::to_string(base::kTrustedProxiesMax));
  }
  const auto is_via_name = [](std::string_view text) {
    return is_token(text) && text.size() <= base::kNameBytesMax;
  };
  findings.check_text("forwarding.via_name", forwarding.via_name, is_via_name,
                      "1 to 64 of " + std::string(kTokenAccepted));
}

void validate_field_name(const Http& http, const SoughtField& field, const std::string& path,
                         Findings& findings) {
  findings.check_text(path, field.name, is_token, kTokenAccepted);
  const bool is_seen = http.underscores == Http::Underscores::Forward ||
                       field.name.find('_') == std::string_view::npos;
  if (!is_token(field.name) || is_seen) return;
  const std::string fate = http.underscores == Http::Underscores::Drop
                               ? "such fields are dropped (http.underscores = \"drop\")"
                               : "such requests are refused (http.underscores = \"refuse\")";
  findings.add(path, "no request has " + quoted(field.name) + " when it is looked for: " + fate +
                         ", so " + field.so +
                         "; accepted: a name without \"_\", or http.underscores = \"forward\"");
}

}  // namespace penstock::model
