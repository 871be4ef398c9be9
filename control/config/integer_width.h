// SPDX-License-Identifier: Apache-2.0
//
// Finds integers that libconfig would silently cut: without the suffix L it keeps the low 32 bits,
// so that 4294967312 would be read as 16; with it, it keeps the nearest of 64 bits.
// It knows just enough of the syntax to tell integers from names, strings, comments and fractions.
// Called by parse.cc for each file of a configuration, on the control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::config {

struct CutInteger {
  uint32_t line = 0;
  std::string text;  // what is wrong and what is accepted
};

// The first one; nothing when every integer is kept as it is written.
std::optional<CutInteger> find_cut_integer(std::string_view text);

}  // namespace penstock::config
