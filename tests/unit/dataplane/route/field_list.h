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

  std::optional<FoundField> find(std::string_view name, uint32_t from) const noexcept override {
    for (size_t i = from; i < fields_.size(); ++i) {
      ++looked_at_;
      if (!is_same_name(fields_[i].first, name)) continue;
      return FoundField{fields_[i].second, static_cast<uint32_t>(i + 1)};
    }
    return std::nullopt;
  }

  // Fields that were compared with a name.
  size_t looked_at() const { return looked_at_; }

 private:
  static char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  static bool is_same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
  }

  std::vector<std::pair<std::string, std::string>> fields_;
  mutable size_t looked_at_ = 0;
};

}  // namespace penstock::route
