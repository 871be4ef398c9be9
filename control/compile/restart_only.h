// SPDX-License-Identifier: Apache-2.0
//
// What a running penstockd cannot take over from a changed file: things that are taken once, at
// start (cores, memory, ports, addresses, sockets). A reload that changes one of them is refused as
// a whole, so that the file never says something other than what runs.
// Pure. Control thread.
#pragma once

#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"

namespace penstock::compile {

// One problem for each part of `wanted` that differs and needs a restart.
model::Problems needs_restart(const model::Configuration& running,
                              const model::Configuration& wanted, const model::SourceMap& sources);

}  // namespace penstock::compile
