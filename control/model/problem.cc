// SPDX-License-Identifier: Apache-2.0
#include "control/model/problem.h"

#include <algorithm>
#include <tuple>

namespace penstock::model {

std::string Problem::format() const {
  std::string result = file + ":" + std::to_string(line) + ": ";
  if (!path.empty()) result += path + ": ";
  return result + text;
}

void sort_by_place(Problems& problems) {
  // Stable, so that what was found first about one place is said first.
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
}

}  // namespace penstock::model
