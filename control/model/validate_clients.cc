// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "control/model/reachability.h"
#include "control/model/text_rules.h"
#include "control/model/validate_parts.h"

namespace penstock::model {

namespace {

void validate_rate_limit(const Http& http, const RateLimit& limit, const std::string& path,
                         Findings& findings) {
  findings.check_text(joined(path, "name"), limit.name, is_name, kNameAccepted);
  if (limit.key.kind == RateKey::Kind::Cookie) {
    findings.check_text(joined(path, "key"), limit.key.name, is_token, kTokenAccepted);
  } else if (limit.key.kind == RateKey::Kind::Header) {
    const std::string so = "the limit " + quoted(limit.name) + " counts every source instead";
    validate_field_name(http, {limit.key.name, so}, joined(path, "key"), findings);
  }
  const char* tokens = limit.period == base::Duration::from_s(1) ? "per_second" : "per_minute";
  findings.check_range(joined(path, tokens), limit.tokens, kTokensPerPeriodRange);
  findings.check_range(joined(path, "burst"), limit.burst, kBurstRange);
  findings.check_range(joined(path, "source_prefix_ipv4"), limit.source_prefix_ipv4,
                       kSourcePrefixIpv4Range);
  findings.check_range(joined(path, "source_prefix_ipv6"), limit.source_prefix_ipv6,
                       kSourcePrefixIpv6Range);
}

void validate_rate_name(const Configuration& configuration, const std::string& name,
                        const std::string& path, Findings& findings) {
  if (name.empty() || has_name(configuration.rate_limits, name)) return;
  findings.add(path, "there is no rate limit " + quoted(name) +
                         "; accepted: " + accepted_names(configuration.rate_limits));
}

// A connection has no host, header or cookie.
void validate_connection_rate(const Configuration& configuration, const std::string& name,
                              const std::string& path, Findings& findings) {
  validate_rate_name(configuration, name, path, findings);
  for (const RateLimit& limit : configuration.rate_limits) {
    const bool fits =
        limit.key.kind == RateKey::Kind::Source || limit.key.kind == RateKey::Kind::All;
    if (limit.name != name || name.empty() || fits) continue;
    findings.add(path, "rate limit " + quoted(name) +
                           " counts by what a connection does not have; accepted: one whose key "
                           "is \"source\" or \"all\"");
  }
}

}  // namespace

void validate_rate_limits(const Configuration& configuration, Findings& findings) {
  const std::vector<RateLimit>& limits = configuration.rate_limits;
  if (limits.size() > base::kRateLimitsMax) {
    findings.add("rate_limits", std::to_string(limits.size()) + " rate limits; accepted: at most " +
                                    std::to_string(base::kRateLimitsMax));
  }
  Uniqueness names(findings, "rate limit name");
  for (size_t i = 0; i < limits.size(); ++i) {
    const std::string path = indexed("rate_limits", i);
    if (!limits[i].name.empty()) names.check(joined(path, "name"), limits[i].name);
    validate_rate_limit(configuration.http, limits[i], path, findings);
  }
  for (size_t i = 0; i < configuration.listeners.size(); ++i) {
    const Listener& listener = configuration.listeners[i];
    const std::string path = indexed("listeners", i);
    validate_connection_rate(configuration, listener.connection_rate,
                             joined(path, "connection_rate"), findings);
    validate_rate_name(configuration, listener.request_rate, joined(path, "request_rate"),
                       findings);
  }
  for (size_t i = 0; i < configuration.rules.size(); ++i) {
    validate_rate_name(configuration, configuration.rules[i].request_rate,
                       joined(indexed("rules", i), "request_rate"), findings);
  }
}

void validate_networks(const std::vector<base::IpPrefix>& networks, const std::string& path,
                       Findings& findings) {
  if (networks.size() > base::kNetworksPerListMax) {
    findings.add(path, std::to_string(networks.size()) + " networks; accepted: at most " +
                           std::to_string(base::kNetworksPerListMax));
  }
  for (size_t i = 0; i < networks.size(); ++i) {
    // One address too many or too few is an open door here: "10.1.2.3/8" is not guessed at.
    const base::IpPrefix network = network_of(networks[i]);
    if (network == networks[i]) continue;
    findings.add(indexed(path, i), networks[i].format() +
                                       " names a host in a network; accepted: " + network.format());
  }
}

}  // namespace penstock::model
