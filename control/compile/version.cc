// SPDX-License-Identifier: Apache-2.0
#include "control/compile/version.h"

namespace penstock::compile {

const char* version() noexcept { return PENSTOCK_VERSION; }

}  // namespace penstock::compile
