// SPDX-License-Identifier: Apache-2.0
//
// Fields by name and value, for whoever asks about a request that was never parsed.
// For control (`penstock explain -H 'Name: value'`) and tests; allocates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataplane/http/field.h"
#include "dataplane/route/request_view.h"

namespace penstock::route {

class FieldList final : public FieldLookup {
 public:
  FieldList() = default;
  explicit FieldList(std::vector<std::pair<std::string, std::string>> fields)
      : fields_(std::move(fields)) {}

  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }

  std::optional<std::string_view> find(std::string_view name,
                                       uint32_t nth) const noexcept override {
    for (const auto& [field_name, value] : fields_) {
      if (http::equals_ignore_case(field_name, name) && nth-- == 0) return value;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace penstock::route
