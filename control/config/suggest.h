// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean": finds the accepted word that is closest to a mistyped one.
// Control thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::config {

// Nothing when no word is so close that a slip of the finger explains the difference.
std::optional<std::string> closest(std::string_view written, const std::vector<std::string>& words);

// How many insertions, removals, replacements and swaps of neighbours turn one text into the other
// (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace penstock::config
