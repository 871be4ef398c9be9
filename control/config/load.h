// SPDX-License-Identifier: Apache-2.0
//
// Configuration text -> desired state, or every problem at once. This is the whole way: syntax,
// keys and types, then the meaning (model/validate). It has no effect but to read included files.
// Called by the tool, the daemon and admin on the control thread.
// Invariants: (1) problems are in order of place; (2) with problems, `configuration` holds what
// could be read and must not be compiled into something that runs.
#pragma once

#include <string>
#include <string_view>

#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"

namespace penstock::config {

struct Loaded {
  model::Configuration configuration;
  model::SourceMap sources;
  model::Problems problems;
  // False when the text as a whole could not be read; then compile/ has nothing to judge.
  bool has_configuration = false;

  bool ok() const { return problems.empty(); }
};

// `file` is what problems say, and where relative @include paths start.
Loaded load_text(const std::string& file, std::string_view text);
// Reads the file first; a file that cannot be read is a problem like any other.
Loaded load_file(const std::string& file);

}  // namespace penstock::config
