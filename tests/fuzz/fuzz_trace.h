// SPDX-License-Identifier: Apache-2.0
//
// What happens in a story, told to who asks for it by PENSTOCK_FUZZ_TRACE; and why one fails.
#pragma once

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "dataplane/base/check.h"

namespace penstock::fuzz {

inline void trace(std::string_view who, std::string_view what) {
  if (std::getenv("PENSTOCK_FUZZ_TRACE") != nullptr) std::cerr << who << ": " << what << "\n";
}

// Empty: all is well. Else it is said, whether asked for or not.
inline void require_none(std::string_view why, std::string_view where) {
  if (!why.empty()) std::cerr << why << ": " << where << "\n";
  CHECK(why.empty());
}

}  // namespace penstock::fuzz
