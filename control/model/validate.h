// SPDX-License-Identifier: Apache-2.0
//
// Says everything that is wrong with a desired state: ranges, duplicates, references to what is not
// there, addresses that no port has, backends that cannot be reached.
// It reads nothing but its arguments. It leaves regular expressions to compile/, devices and memory
// to the daemon's start.
// Control thread.
#pragma once

#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"

namespace penstock::model {

// Empty when the configuration may be compiled. In order of place.
Problems validate(const Configuration& configuration, const SourceMap& sources);

}  // namespace penstock::model
