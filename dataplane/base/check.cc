// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace penstock::base {

void check_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, expression);
  std::abort();
}

}  // namespace penstock::base
