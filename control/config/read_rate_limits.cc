// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_configuration.h"
#include "control/model/text_rules.h"

namespace penstock::config {

namespace {

using model::RateKey;

constexpr std::string_view kKeyAccepted =
    R"("source", "host", "header:NAME", "cookie:NAME" or "all")";

RateKey read_key(Section& section) {
  const std::optional<std::string> text = section.optional_text("key");
  if (!text || *text == "source") return {};
  if (*text == "host") return {RateKey::Kind::Host};
  if (*text == "all") return {RateKey::Kind::All};
  const size_t colon = text->find(':');
  const std::string kind = text->substr(0, colon);
  const std::string name = colon == std::string::npos ? "" : text->substr(colon + 1);
  if (kind == "header" && !name.empty()) return {RateKey::Kind::Header, name};
  if (kind == "cookie" && !name.empty()) return {RateKey::Kind::Cookie, name};
  section.add_problem(
      "key", model::quoted(*text) + " is not accepted; accepted: " + std::string(kKeyAccepted));
  return {};
}

// "per_second = 10" or "per_minute = 10".
void read_rate(Section& section, model::RateLimit& limit) {
  constexpr std::string_view kOneOf = "one of per_second, per_minute";
  const auto per_second = section.read_number("per_second", model::kTokensPerPeriodRange);
  const auto per_minute = section.read_number("per_minute", model::kTokensPerPeriodRange);
  if (!section.has("per_second") && !section.has("per_minute")) {
    section.add_problem("per_second", "missing key; accepted: " + std::string(kOneOf));
  } else if (section.has("per_second") && section.has("per_minute")) {
    section.add_problem("per_minute", "stands beside per_second; accepted: " + std::string(kOneOf));
  }
  if (per_second) limit.tokens = static_cast<uint32_t>(*per_second);
  if (per_second || !per_minute) return;
  limit.tokens = static_cast<uint32_t>(*per_minute);
  limit.period = base::Duration::from_s(60);
}

model::RateLimit read_rate_limit(Section section) {
  model::RateLimit limit;
  limit.name = section.required_text("name", "a name such as \"per-client\"");
  limit.key = read_key(section);
  read_rate(section, limit);
  limit.burst = section.number("burst", model::kBurstRange, limit.tokens);
  limit.source_prefix_ipv4 =
      section.number("source_prefix_ipv4", model::kSourcePrefixIpv4Range, limit.source_prefix_ipv4);
  limit.source_prefix_ipv6 =
      section.number("source_prefix_ipv6", model::kSourcePrefixIpv6Range, limit.source_prefix_ipv6);
  section.finish();
  return limit;
}

}  // namespace

void read_rate_limits(Section& top, model::Configuration& configuration) {
  for (Section& section : top.sections("rate_limits", Presence::Optional)) {
    configuration.rate_limits.push_back(read_rate_limit(section));
  }
}

}  // namespace penstock::config
