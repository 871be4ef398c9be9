// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/rate_limiter.h"

#include <optional>
#include <string_view>

#include "dataplane/balance/key.h"
#include "dataplane/base/address.h"
#include "dataplane/base/check.h"
#include "dataplane/base/siphash.h"
#include "dataplane/route/folded_host.h"

namespace penstock::proxy {

namespace {

using Key = RateLimit::Key;

// With several Cookie fields, as HTTP/2 has them, any of them may hold the cookie.
std::optional<std::string_view> cookie_of(const route::FieldLookup& fields,
                                          std::string_view name) noexcept {
  for (auto field = fields.find("cookie", 0); field; field = fields.find("cookie", field->next)) {
    if (const auto value = balance::cookie_value(field->value, name)) return value;
  }
  return std::nullopt;
}

// The value that names whom a request is counted with; nothing or empty: its source does.
std::optional<std::string_view> field_of(const RateLimit& limit,
                                         const route::FieldLookup* fields) noexcept {
  if (fields == nullptr) return std::nullopt;
  if (limit.key == Key::Header) return fields->first(limit.field);
  if (limit.key == Key::Cookie) return cookie_of(*fields, limit.field);
  return std::nullopt;
}

// Buckets of one limit by different sorts of keys are different buckets.
uint64_t domain(const RateLimit& limit, Key key) noexcept {
  return limit.identity + static_cast<uint64_t>(key);
}

base::IpAddress network_of(const RateLimit& limit, base::IpAddress source) noexcept {
  const uint8_t length = source.is_v4() ? limit.source_prefix_ipv4 : limit.source_prefix_ipv6;
  return base::IpPrefix{source, length}.first();
}

}  // namespace

base::TokenVerdict RateLimiter::take(const RateLimit& limit, const route::RequestView& subject,
                                     base::Instant now) noexcept {
  CHECK(buckets_ != nullptr);
  const base::TokenVerdict verdict = buckets_->take(key_of(limit, subject), limit.rate, now);
  if (verdict.kind == base::TokenVerdict::Kind::Empty) counters_.refused_by_limit[limit.id].add();
  if (verdict.evicted != 0) counters_.rate_buckets_evicted.add(verdict.evicted);
  return verdict;
}

uint64_t RateLimiter::key_of(const RateLimit& limit,
                             const route::RequestView& subject) const noexcept {
  const base::SecretKey& secret = buckets_->secret();
  if (limit.key == Key::All) return base::siphash13(secret, domain(limit, Key::All));
  if (limit.key == Key::Host) {
    return base::siphash13_text(secret, domain(limit, Key::Host),
                                route::FoldedHost(subject.host).text());
  }
  const auto value = field_of(limit, subject.fields);
  if (value && !value->empty()) {
    return base::siphash13_text(secret, domain(limit, limit.key), *value);
  }
  const base::IpAddress network = network_of(limit, subject.source);
  return base::siphash13(secret, domain(limit, Key::Source), network.high(), network.low());
}

}  // namespace penstock::proxy
