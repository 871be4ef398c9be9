// SPDX-License-Identifier: Apache-2.0
#include "control/config/suggest.h"

#include <algorithm>

namespace penstock::config {

size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual table suffice: the current one and, for swaps, the two before.
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) current[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(current);
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({replaced, last[j] + 1, current[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
  }
  return current[b.size()];
}

std::optional<std::string> closest(std::string_view written,
                                   const std::vector<std::string>& words) {
  // A third of the letters may be wrong: "wieght" is weight, "wat" is not.
  const size_t tolerated = std::max<size_t>(1, written.size() / 3);
  std::optional<std::string> best;
  size_t best_distance = tolerated + 1;
  for (const std::string& word : words) {
    const size_t distance = edit_distance(written, word);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = word;
  }
  return best;
}

}  // namespace penstock::config
