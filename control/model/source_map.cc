// SPDX-License-Identifier: Apache-2.0
#include "control/model/source_map.h"

#include <utility>

namespace penstock::model {

void SourceMap::add(std::string path, Location location) {
  locations_.insert_or_assign(std::move(path), std::move(location));
}

const Location& SourceMap::find(std::string_view path) const {
  while (!path.empty()) {
    const auto found = locations_.find(path);
    if (found != locations_.end()) return found->second;
    const size_t end = path.find_last_of(".[");
    path = end == std::string_view::npos ? std::string_view{} : path.substr(0, end);
  }
  return whole_;
}

Problem SourceMap::problem(std::string path, std::string text) const {
  const Location& location = find(path);
  return {location.file, location.line, std::move(path), std::move(text)};
}

std::string indexed(std::string_view path, size_t index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}

std::string joined(std::string_view path, std::string_view key) {
  if (path.empty()) return std::string(key);
  if (key.empty()) return std::string(path);
  return std::string(path) + "." + std::string(key);
}

}  // namespace penstock::model
