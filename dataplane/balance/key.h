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

}  // namespace penstock::balance
