// SPDX-License-Identifier: Apache-2.0
//
// The product's version, as meson.build at the root states it.
// Any thread.
#pragma once

namespace penstock::compile {

const char* version() noexcept;

}  // namespace penstock::compile
