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

class FieldLookup {
 public:
  virtual ~FieldLookup() = default;
  // The value of the nth field (from 0) of that name, compared without regard to case.
  virtual std::optional<std::string_view> find(std::string_view name,
                                               uint32_t nth) const noexcept = 0;
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
