// SPDX-License-Identifier: Apache-2.0
//
// CHECK and DCHECK: our own mistakes end the process at the line that found them.
// They are never used for what a peer sends or an operator writes (DESIGN.md, decision 10).
// CHECK is always on; DCHECK is on in debug and sanitizer builds, for the data path's inner loops.
// Any thread.
#pragma once

namespace penstock::base {

[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace penstock::base

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) [[unlikely]]                                    \
      ::penstock::base::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)

// For the place that no path leads to; unlike CHECK(false), every compiler sees that it ends there.
#define CHECK_NOT_REACHED() ::penstock::base::check_failed("not reached", __FILE__, __LINE__)

#ifdef NDEBUG
#define DCHECK(condition) \
  do {                    \
    if (false) {          \
      CHECK(condition);   \
    }                     \
  } while (false)
#else
#define DCHECK(condition) CHECK(condition)
#endif
