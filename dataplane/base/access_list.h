// SPDX-License-Identifier: Apache-2.0
//
// Who may come: networks that are allowed and networks that are denied. What is denied stays out
// though it is allowed too; without allowed networks everybody else may come.
// Made by control; asked by any number of workers at once, unchanged.
#pragma once

#include "dataplane/base/prefix_set.h"

namespace penstock::base {

struct AccessList {
  PrefixSet allow;
  PrefixSet deny;

  bool admits(IpAddress source) const noexcept {
    return !deny.contains(source) && (allow.empty() || allow.contains(source));
  }
  bool admits_all() const noexcept { return allow.empty() && deny.empty(); }
};

}  // namespace penstock::base
