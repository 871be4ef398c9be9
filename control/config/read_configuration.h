// SPDX-License-Identifier: Apache-2.0
//
// Syntax tree -> desired state: which keys there are, their types, ranges and defaults. One
// function reads one sort of group, one line reads one key; config/reference.cfg shows them all.
// It says nothing about how values fit together: that is model/validate.
// Control thread.
// Invariant: lists keep their length, so that pools[2] of the text is pools[2] of the model.
#pragma once

#include "control/config/section.h"
#include "control/config/syntax_tree.h"
#include "control/model/configuration.h"

namespace penstock::config {

model::Configuration read_configuration(const Node& root, Reading& reading);

// The parts, each in a file of its own.
void read_process(Section& top, model::Configuration& configuration);
void read_rate_limits(Section& top, model::Configuration& configuration);
void read_http(Section& top, model::Configuration& configuration);
void read_network(Section& top, model::Configuration& configuration);
void read_pools(Section& top, model::Configuration& configuration);
void read_rules(Section& top, model::Configuration& configuration);

}  // namespace penstock::config
