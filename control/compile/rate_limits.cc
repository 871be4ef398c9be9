// SPDX-License-Identifier: Apache-2.0
#include "control/compile/rate_limits.h"

#include <algorithm>

#include "dataplane/base/hash.h"

namespace penstock::compile {
namespace {

// Only has to tell the names of one configuration apart, of which no peer chooses one.
constexpr uint64_t kIdentitySeed = 0x72617465;

proxy::RateLimit::Key translate(model::RateKey::Kind kind) {
  using From = model::RateKey::Kind;
  using To = proxy::RateLimit::Key;
  switch (kind) {
    case From::Host:
      return To::Host;
    case From::Header:
      return To::Header;
    case From::Cookie:
      return To::Cookie;
    case From::All:
      return To::All;
    case From::Source:
      break;
  }
  return To::Source;
}

proxy::RateLimit translate(const model::RateLimit& wanted, uint32_t id) {
  proxy::RateLimit limit;
  limit.name = wanted.name;
  limit.identity = base::hash64(wanted.name, kIdentitySeed);
  limit.key = translate(wanted.key.kind);
  limit.field = wanted.key.name;
  limit.source_prefix_ipv4 = static_cast<uint8_t>(wanted.source_prefix_ipv4);
  limit.source_prefix_ipv6 = static_cast<uint8_t>(wanted.source_prefix_ipv6);
  limit.rate = base::TokenRate::per(wanted.period, wanted.tokens, wanted.burst);
  limit.id = id;
  return limit;
}

}  // namespace

std::vector<proxy::RateLimit> compile_rate_limits(const std::vector<model::RateLimit>& limits,
                                                  const NameRegistry& ids) {
  std::vector<proxy::RateLimit> compiled;
  for (const model::RateLimit& limit : limits) {
    compiled.push_back(translate(limit, ids.find(limit.name)));
  }
  return compiled;
}

std::optional<uint32_t> rate_limit_index(const std::vector<model::RateLimit>& limits,
                                         const std::string& name) {
  const auto place = std::find_if(limits.begin(), limits.end(), [&](const model::RateLimit& limit) {
    return limit.name == name;
  });
  if (name.empty() || place == limits.end()) return std::nullopt;
  return static_cast<uint32_t>(place - limits.begin());
}

}  // namespace penstock::compile
