// SPDX-License-Identifier: Apache-2.0
//
// Names of requests: "~3.7~" is the seventh, by the third client. The marks are in nothing that is
// sent besides.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock::fuzz {

inline constexpr char kNameMark = '~';

inline std::string request_name(size_t client, unsigned number) {
  return kNameMark + std::to_string(client) + "." + std::to_string(number) + kNameMark;
}

// With their marks. A mark alone may be made of "%7e", which means the same.
inline std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (size_t at = text.find(kNameMark); at != std::string_view::npos;
       at = text.find(kNameMark, at + 1)) {
    const size_t end = text.find_first_not_of("0123456789.", at + 1);
    if (end == std::string_view::npos) break;
    const bool is_name = text[end] == kNameMark && end > at + 1 && text[at + 1] != '.';
    if (is_name) names.emplace_back(text.substr(at, end + 1 - at));
  }
  return names;
}

inline size_t client_of(const std::string& name) { return std::stoul(name.substr(1)); }

}  // namespace penstock::fuzz
