// SPDX-License-Identifier: Apache-2.0
//
// The fields of a request that was never parsed: pairs of name and value.
// For tests of rules.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataplane/route/request_view.h"

namespace penstock::route {

class FieldList final : public FieldLookup {
 public:
  FieldList() = default;
  explicit FieldList(std::vector<std::pair<std::string, std::string>> fields)
      : fields_(std::move(fields)) {}

  std::optional<std::string_view> find(std::string_view name,
                                       uint32_t nth) const noexcept override {
    for (const auto& [field_name, value] : fields_) {
      if (is_same_name(field_name, name) && nth-- == 0) return value;
    }
    return std::nullopt;
  }

 private:
  static char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  static bool is_same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
  }

  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace penstock::route
