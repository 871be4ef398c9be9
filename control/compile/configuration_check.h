// SPDX-License-Identifier: Apache-2.0
//
// Everything that can be said of a configuration file without running it: syntax, keys, meaning,
// and what only compiling finds (regular expressions, in the pattern engine's own words).
// One function for `penstock check`, for the daemon's start and for reload, so that all three
// accept and refuse the same, in the same words and order.
// Pure but for reading the file. Control thread.
#pragma once

#include <string>

#include "control/compile/compiled_rules.h"
#include "control/config/load.h"
#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"

namespace penstock::compile {

struct Checked {
  model::Configuration configuration;
  model::SourceMap sources;
  model::Problems problems;  // in order of place; none: the configuration may run
  model::Problems warnings;  // accepted, but hardly what was meant
  SharedRules rules;         // null when there are problems with them

  bool ok() const { return problems.empty(); }
};

// Rules of `previous` are taken over if they are the same; it may be null.
Checked check(config::Loaded loaded, const SharedRules& previous = nullptr);
Checked check_file(const std::string& file, const SharedRules& previous = nullptr);

}  // namespace penstock::compile
