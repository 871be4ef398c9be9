// SPDX-License-Identifier: Apache-2.0
//
// The key that ties a request to a backend: where it comes from, and its hash.
// It looks nothing up: the caller brings the field's value (key_field_name() says which field).
// Called by proxy on a worker; does not allocate.
// Invariants: (1) equal keys hash alike on every node and in every version; (2) where the header
// or the cookie is missing or empty, the key is the source address.
// RFC 6265 4.2 (Cookie).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dataplane/base/address.h"

namespace penstock::balance {

struct KeySource {
  enum class Kind : uint8_t { SourceAddress, Path, Header, Cookie };
  Kind kind = Kind::SourceAddress;
  std::string name;  // of the header or the cookie
};

// What a key may be made of.
struct KeyMaterial {
  base::IpAddress source;
  std::string_view path;                  // without the query
  std::optional<std::string_view> field;  // the value of the field that key_field_name() names
};

// The field to look up for this key; empty: none.
std::string_view key_field_name(const KeySource& source) noexcept;

uint64_t hash_key(const KeySource& source, const KeyMaterial& material) noexcept;
uint64_t hash_key(std::string_view bytes) noexcept;
uint64_t hash_key(base::IpAddress address) noexcept;

// The value of a cookie in a Cookie field's value, without quotes; nullopt when it is not there.
std::optional<std::string_view> cookie_value(std::string_view field,
                                             std::string_view name) noexcept;

// The value of the field that a key is made of: of several Cookie fields the one with the cookie.
// Nothing where the key needs no field, or there is none. `fields`: a route::FieldLookup.
template <class Fields>
std::optional<std::string_view> key_field(const KeySource& source, const Fields& fields) noexcept {
  const std::string_view name = key_field_name(source);
  if (name.empty()) return std::nullopt;
  auto found = fields.find(name, 0);
  if (source.kind == KeySource::Kind::Cookie) {
    while (found && !cookie_value(found->value, source.name))
      found = fields.find(name, found->next);
  }
  return found ? std::optional(found->value) : std::nullopt;
}

}  // namespace penstock::balance
