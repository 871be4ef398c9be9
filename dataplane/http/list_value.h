// SPDX-License-Identifier: Apache-2.0
//
// Walks the elements of a comma-separated field value, without white space around them. Empty
// elements are passed over, as RFC 9110 5.6.1.2 asks of a recipient. It does not know quoted
// strings: the fields we read as lists are lists of tokens.
// Any thread.
#pragma once

#include <string_view>

#include "dataplane/http/char_class.h"

namespace penstock::http {

class ListValue {
 public:
  explicit constexpr ListValue(std::string_view value) noexcept : rest_(value) {}

  // The next element; empty at the end.
  constexpr std::string_view next() noexcept {
    while (!rest_.empty()) {
      const size_t comma = rest_.find(',');
      const std::string_view element = trim_optional_space(rest_.substr(0, comma));
      rest_.remove_prefix(comma == std::string_view::npos ? rest_.size() : comma + 1);
      if (!element.empty()) return element;
    }
    return {};
  }

 private:
  std::string_view rest_;
};

}  // namespace penstock::http
