// SPDX-License-Identifier: Apache-2.0
//
// What rules may ask of a request: views of a parsed head, and a way to look fields up.
// It owns nothing and parses nothing; the caller keeps the head's bytes in place during the call.
// Made by proxy for each request, by control for `penstock explain`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/base/address.h"

namespace penstock::route {

struct FoundField {
  std::string_view value;
  uint32_t next = 0;  // where to look for another one
};

class FieldLookup {
 public:
  virtual ~FieldLookup() = default;
  // The first field of that name, compared without regard to case, at the place `from` or behind
  // it. All fields of a name are found in one walk, however many there are.
  virtual std::optional<FoundField> find(std::string_view name, uint32_t from) const noexcept = 0;

  std::optional<std::string_view> first(std::string_view name) const noexcept {
    const auto found = find(name, 0);
    return found ? std::optional(found->value) : std::nullopt;
  }
};

struct RequestView {
  std::string_view method;
  std::string_view host;                // as received, without the port
  std::string_view path;                // in normal form, without the query
  std::string_view query;               // without the "?"
  const FieldLookup* fields = nullptr;  // nullptr: no fields
  base::IpAddress source;
};

}  // namespace penstock::route
