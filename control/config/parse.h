// SPDX-License-Identifier: Apache-2.0
//
// Configuration text -> syntax tree, by libconfig, whose only home this is. It knows no key; what
// the keys mean is for read_configuration.h.
// `@include "other.cfg"` is taken relative to the including file's folder; parts of included files
// are reported with that file's name.
// The first syntax error ends the reading: what follows one cannot be understood reliably. An
// integer that libconfig would cut to 32 bits counts as one (integer_width.h).
// Control thread.
#pragma once

#include <string>
#include <string_view>

#include "control/config/syntax_tree.h"
#include "control/model/problem.h"
#include "dataplane/base/result.h"

namespace penstock::config {

base::Result<Node, model::Problem> parse(const std::string& file, std::string_view text);

}  // namespace penstock::config
