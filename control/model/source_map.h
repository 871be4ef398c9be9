// SPDX-License-Identifier: Apache-2.0
//
// Remembers on which line of which file each part of a configuration stands, so that the model can
// be plain values and every later step can still answer with FILE:LINE. Parts are named by their
// path ("rules[3].path_regex"); what was not written is found at the nearest part around it, so a
// missing key points at its group.
// Filled by config/; read by validate and compile. Lists count from 0, in the order of the file.
// Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "control/model/problem.h"

namespace penstock::model {

struct Location {
  std::string file;
  uint32_t line = 0;
  bool operator==(const Location&) const = default;
};

class SourceMap {
 public:
  // A map for configurations that do not come from a file: everything stands at `name`:0.
  explicit SourceMap(std::string name = "") : whole_{std::move(name), 0} {}
  // `whole` is where problems without a better place are reported.
  explicit SourceMap(Location whole) : whole_(std::move(whole)) {}

  void add(std::string path, Location location);
  const Location& find(std::string_view path) const;
  // Whether this very path was written.
  bool has(std::string_view path) const { return locations_.find(path) != locations_.end(); }

  // A problem with the part at `path`.
  Problem problem(std::string path, std::string text) const;

 private:
  std::map<std::string, Location, std::less<>> locations_;
  Location whole_;
};

// "rules" and 3 -> "rules[3]".
std::string indexed(std::string_view path, size_t index);
// "rules[3]" and "path_regex" -> "rules[3].path_regex"; either part may be empty.
std::string joined(std::string_view path, std::string_view key);

}  // namespace penstock::model
