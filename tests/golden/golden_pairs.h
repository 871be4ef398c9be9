// SPDX-License-Identifier: Apache-2.0
//
// Pairs of files for translation tests: NAME.cfg goes in, NAME.problems holds the exact lines that
// come out. A new case is a new pair.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "control/model/problem.h"

namespace penstock::golden {

// The names of all pairs in a folder, in order.
inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".cfg") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// A text that equals no expected one when the file is missing.
inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream input(file);
  if (!input) return "no file " + file.string();
  return {std::istreambuf_iterator<char>(input), {}};
}

inline std::string lines_of(const model::Problems& problems) {
  std::string lines;
  for (const model::Problem& problem : problems) lines += problem.format() + "\n";
  return lines;
}

// Problems name the file as it was given, so the tests work inside the folder of the pairs.
class InsideFolder {
 public:
  explicit InsideFolder(const std::filesystem::path& folder)
      : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder);
  }
  InsideFolder(const InsideFolder&) = delete;
  InsideFolder& operator=(const InsideFolder&) = delete;
  ~InsideFolder() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_;
};

}  // namespace penstock::golden
